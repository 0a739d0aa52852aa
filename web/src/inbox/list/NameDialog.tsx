/** A form that begins with a name. */

import type { FormEvent, ReactNode } from "react";
import { Form } from "react-aria-components";
import { Problem } from "../../api/problem";
import { useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import styles from "./list.module.css";

interface Props {
  title: string;
  name: string;
  setName: (name: string) => void;
  saving: { mutate: () => void; isPending: boolean; error: unknown };
  close: () => void;
  children?: ReactNode;
}

export function NameDialog({ title, name, setName, saving, close, children }: Props) {
  const say = useSay();
  const fault = saving.error;
  const error = fault === null || fault === undefined ? undefined : fault instanceof Problem && fault.detail !== "" ? fault.detail : say("list.bulk_failed");
  const send = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Dialog title={title} isOpen onClose={close}>
      <Form onSubmit={send} className={styles["form"] ?? ""}>
        <TextField label={say("list.view_name")} value={name} onChange={setName} isRequired maxLength={100} autoFocus error={error} />
        {children}
        <div className={styles["buttons"]}>
          <Button onPress={close}>{say("list.cancel")}</Button>
          <Button kind="primary" type="submit" isDisabled={saving.isPending}>
            {say("list.save")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
