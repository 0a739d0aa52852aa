/** Texts of the page by id, in the language chosen. A new area of src/locales is a line here. */

import { setupI18n, type I18n, type Messages } from "@lingui/core";
import type admin from "../locales/en/admin.json";
import type adminChannels from "../locales/en/admin_channels.json";
import type adminNumbers from "../locales/en/admin_numbers.json";
import type adminPeople from "../locales/en/admin_people.json";
import type adminRules from "../locales/en/admin_rules.json";
import type adminTime from "../locales/en/admin_time.json";
import type board from "../locales/en/board.json";
import type channels from "../locales/en/channels.json";
import type contact from "../locales/en/contact.json";
import type contacts from "../locales/en/contacts.json";
import type context from "../locales/en/context.json";
import type metrics from "../locales/en/metrics.json";
import type reports from "../locales/en/reports.json";
import type schedules from "../locales/en/schedules.json";
import type commands from "../locales/en/commands.json";
import type inbox from "../locales/en/inbox.json";
import type phones from "../locales/en/phones.json";
import type me from "../locales/en/me.json";
import type shell from "../locales/en/shell.json";
import type signIn from "../locales/en/sign_in.json";
import { LOCALES, type Language } from "./languages";

export type TextId = keyof typeof contact | keyof typeof contacts | keyof typeof context | keyof typeof admin | keyof typeof adminPeople | keyof typeof adminTime | keyof typeof adminRules | keyof typeof adminNumbers | keyof typeof adminChannels | keyof typeof shell | keyof typeof commands | keyof typeof inbox | keyof typeof signIn | keyof typeof me | keyof typeof board | keyof typeof channels | keyof typeof reports | keyof typeof metrics | keyof typeof schedules;
export type Values = Record<string, string | number>;

/** A text in the language chosen; `values` fill its placeholders. */
export type Say = (id: TextId, values?: Values) => string;

const CATALOGUES: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import("virtual:messages/en"),
  "zh-Hant": () => import("virtual:messages/zh-Hant"),
  "zh-Hans": () => import("virtual:messages/zh-Hans"),
  ru: () => import("virtual:messages/ru"),
};

export async function catalogueOf(language: Language): Promise<I18n> {
  const { default: messages } = await CATALOGUES[language]();
  return spoken(language, messages);
}

export function spoken(language: Language, messages: Messages): I18n {
  return setupI18n({ locale: language, locales: LOCALES[language], messages: { [language]: messages } });
}
