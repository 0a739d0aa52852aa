/** Texts of the page by id, in the language chosen. A new area of src/locales is a line in both lists. */

import type actions from "../locales/en/actions.json";
import type admin from "../locales/en/admin.json";
import type adminChannels from "../locales/en/admin_channels.json";
import type adminNumbers from "../locales/en/admin_numbers.json";
import type adminPeople from "../locales/en/admin_people.json";
import type adminRules from "../locales/en/admin_rules.json";
import type adminSetup from "../locales/en/admin_setup.json";
import type adminTime from "../locales/en/admin_time.json";
import type board from "../locales/en/board.json";
import type channels from "../locales/en/channels.json";
import type commands from "../locales/en/commands.json";
import type composer from "../locales/en/composer.json";
import type contact from "../locales/en/contact.json";
import type contacts from "../locales/en/contacts.json";
import type context from "../locales/en/context.json";
import type decisions from "../locales/en/decisions.json";
import type inbox from "../locales/en/inbox.json";
import type inboxList from "../locales/en/inbox_list.json";
import type me from "../locales/en/me.json";
import type metrics from "../locales/en/metrics.json";
import type notices from "../locales/en/notices.json";
import type offers from "../locales/en/offers.json";
import type phones from "../locales/en/phones.json";
import type reports from "../locales/en/reports.json";
import type schedules from "../locales/en/schedules.json";
import type shell from "../locales/en/shell.json";
import type signIn from "../locales/en/sign_in.json";
import type thread from "../locales/en/thread.json";

export type TextId =
  | keyof typeof actions
  | keyof typeof admin
  | keyof typeof adminChannels
  | keyof typeof adminNumbers
  | keyof typeof adminPeople
  | keyof typeof adminRules
  | keyof typeof adminSetup
  | keyof typeof adminTime
  | keyof typeof board
  | keyof typeof channels
  | keyof typeof commands
  | keyof typeof composer
  | keyof typeof contact
  | keyof typeof contacts
  | keyof typeof context
  | keyof typeof decisions
  | keyof typeof inbox
  | keyof typeof inboxList
  | keyof typeof me
  | keyof typeof metrics
  | keyof typeof notices
  | keyof typeof offers
  | keyof typeof phones
  | keyof typeof reports
  | keyof typeof schedules
  | keyof typeof shell
  | keyof typeof signIn
  | keyof typeof thread;

export type Values = Record<string, string | number>;

/** A text in the language chosen; `values` fill its placeholders. */
export type Say = (id: TextId, values?: Values) => string;
