/** Whose word a value is: a small mark that opens all that was said of the field, by whom and when. */

import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useFormats, useSay } from "../app/desk";
import { Icon } from "../ui/Icon";
import { plain, sourceOf, trust, type ProfileField, type Said } from "./fields";
import { useNameOf } from "./names";
import styles from "./contact.module.css";

interface Props {
  /** What the field is called. */
  name: string;
  field: ProfileField;
}

export function Words({ name, field }: Props) {
  const say = useSay();
  const { shown, others, disputed } = field;
  const source = say(`contact.source.${sourceOf(shown.source)}`);
  const proven = trust(shown.source);
  return (
    <DialogTrigger>
      <AriaButton
        className={styles["source"] ?? ""}
        data-trust={proven}
        data-disputed={disputed}
        aria-label={say(disputed ? "contact.words_disputed" : "contact.words", { field: name, source })}
      >
        <Icon name={disputed ? "warning" : proven === "proven" ? "check" : "person"} size={16} />
        {source}
      </AriaButton>
      <Popover className={styles["popover"] ?? ""}>
        <Dialog aria-label={say("contact.who_says", { field: name })}>
          <ul className={styles["words"]}>
            {[shown, ...others].map((said, place) => (
              <Word key={`${said.contact_id}${said.source}`} said={said} shown={place === 0} />
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Word({ said, shown }: { said: Said; shown: boolean }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  const by = nameOf(said.by);
  return (
    <li>
      <bdi className={styles["value"]}>{plain(said.value)}</bdi>
      <span className={styles["meta"]}>
        {[say(`contact.source.${sourceOf(said.source)}`), by, formats.dateTime(said.at), shown ? say("contact.is_shown") : ""]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </li>
  );
}
