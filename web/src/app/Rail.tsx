/** The places of the rail; of a phone's bar as many as fit, and the others in a menu. */

import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Link, useLocation } from "wouter";
import { Icon } from "../ui/Icon";
import { useSay } from "./desk";
import { barOf } from "./bar";
import type { Place } from "./routes";
import { useMatches, useWidth } from "./width";
import styles from "./Shell.module.css";

// The smallest phones have room for one place less.
const SMALL = "(max-width: 359.98px)";
// The menu of who is signed in leads there too.
const OWN = "/me";

type Nav = NonNullable<Place["nav"]>;

export function Rail({ places }: { places: readonly Place[] }) {
  const [isPhone, isSmall] = [useWidth() === "phone", useMatches(SMALL)];
  const [location] = useLocation();
  const all = places.flatMap(({ nav }) => nav ?? []);
  const { shown, more } = isPhone ? barOf(all.filter(({ to }) => to !== OWN), isSmall ? 3 : 4) : { shown: all, more: [] };
  return (
    <ul className={styles["places"]}>
      {shown.map((nav) => (
        <NavItem key={nav.to} nav={nav} here={isIn(location, nav.to)} />
      ))}
      {more.length > 0 && <More navs={more} here={more.find(({ to }) => isIn(location, to))} />}
    </ul>
  );
}

const isIn = (location: string, place: string): boolean => location === place || location.startsWith(`${place}/`);

function NavItem({ nav, here }: { nav: Nav; here: boolean }) {
  const say = useSay();
  return (
    <li>
      <Link href={nav.to} className={styles["place"] ?? ""} aria-current={here ? "page" : undefined}>
        <Icon name={nav.icon} />
        <span>{say(nav.text)}</span>
      </Link>
    </li>
  );
}

function More({ navs, here }: { navs: readonly Nav[]; here: Nav | undefined }) {
  const say = useSay();
  return (
    <li>
      <MenuTrigger>
        <AriaButton className={styles["place"] ?? ""} aria-current={here !== undefined}>
          <Icon name="more" />
          <span>{say("nav.more")}</span>
        </AriaButton>
        <Popover className={styles["popover"] ?? ""} placement="top">
          <Menu className={styles["menu"] ?? ""} aria-label={say("nav.more")}>
            {navs.map((nav) => (
              <MenuItem key={nav.to} id={nav.to} href={nav.to} textValue={say(nav.text)} className={styles["item"] ?? ""}>
                <Icon name={nav.icon} size={16} />
                <span className={styles["grow"]}>{say(nav.text)}</span>
                {nav === here && <Icon name="check" size={16} />}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </li>
  );
}
