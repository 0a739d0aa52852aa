/** What is shown of a file that is to go along: how far it is, why it is not, and a way to take it off again. */

import type { ReactNode } from "react";
import { ProgressBar } from "react-aria-components";
import { useSay } from "../../app/desk";
import type { DraftFile } from "../../desk/draftWords";
import { isLost, useUpload } from "../../desk/uploads";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import styles from "./Composer.module.css";

interface Props {
  file: DraftFile;
  /** Its name, as it stands there. */
  children: ReactNode;
  /** Once more. */
  begin: () => void;
  remove: () => void;
}

export function FileState({ file, children, begin, remove }: Props) {
  const say = useSay();
  const state = useUpload(file.id);
  const failed = state?.failed ?? null;
  return (
    <>
      <Icon name={file.mime.startsWith("image/") ? "image" : "file"} size={16} />
      {children}
      {state !== undefined && failed === null && (
        <ProgressBar aria-label={say("composer.uploading", { name: file.name })} value={state.share * 100} className={styles["progress"] ?? ""}>
          {({ percentage }) => <span className={styles["bar"]} style={{ inlineSize: `${percentage ?? 0}%` }} />}
        </ProgressBar>
      )}
      {isLost(file) && <span role="alert">{say("composer.file_lost")}</span>}
      {failed !== null && (
        <>
          <span role="alert">{failed === "" ? say("composer.upload_failed") : failed}</span>
          <Button kind="quiet" onPress={begin}>
            {say("state.retry")}
          </Button>
        </>
      )}
      <IconButton icon="close" label={say("composer.remove_file", { name: file.name })} onPress={remove} />
    </>
  );
}
