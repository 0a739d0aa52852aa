/** The bell of the rail: how much is new, and the list of everything within 30 days. */

import { Suspense, lazy, useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useSay } from "../desk";
import { useWidth } from "../width";
import { useCommand } from "../../keys/Keys";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/states";
import { useUnseen } from "./queries";
import styles from "./Notices.module.css";

const NoticeList = lazy(() => import("./NoticeList"));

export function NoticeCentre() {
  const say = useSay();
  const unseen = useUnseen();
  const width = useWidth();
  const [open, setOpen] = useState(false);
  useCommand("notices", () => setOpen(true));
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <AriaButton className={styles["bell"] ?? ""} aria-label={unseen === 0 ? say("notices.title") : say("notices.bell", { n: unseen })}>
        <Icon name="bell" />
        {unseen > 0 && (
          <span className={styles["count"]} aria-hidden="true">
            {unseen > 99 ? "99+" : unseen}
          </span>
        )}
      </AriaButton>
      <Popover className={styles["popover"] ?? ""} placement={width === "phone" ? "top" : "right bottom"}>
        <Dialog className={styles["dialog"] ?? ""} aria-label={say("notices.title")}>
          <Suspense fallback={<Skeleton lines={4} height={32} />}>
            <NoticeList onGone={() => setOpen(false)} />
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
