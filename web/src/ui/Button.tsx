/** Buttons with a text, and with an icon alone. */

import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaProps, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon, type IconName } from "./Icon";
import styles from "./Button.module.css";

export interface ButtonProps extends Omit<AriaProps, "children" | "className" | "style"> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  children: ReactNode;
  wide?: boolean;
}

export function Button({ kind = "plain", icon, wide = false, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`${styles["button"]} ${styles[kind]} ${wide ? styles["wide"] : ""}`}>
      {icon && <Icon name={icon} size={16} />}
      <span>{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaProps, "children" | "className" | "style"> {
  icon: IconName;
  label: string;
}

/** An icon with its name in a tooltip, and for screen readers. */
export function IconButton({ icon, label, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={400}>
      <AriaButton {...props} aria-label={label} className={`${styles["button"]} ${styles["quiet"]} ${styles["square"]}`}>
        <Icon name={icon} />
      </AriaButton>
      <Tooltip className={styles["tip"] ?? ""} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
