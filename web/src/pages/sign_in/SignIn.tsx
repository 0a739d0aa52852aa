/** Signing in: e-mail and password, then what the pool asks for besides. Passwords may be pasted, nothing is a riddle. */

import { useState, type FormEvent, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { SignInRefused, SignInUnreachable, type Challenge, type Outcome } from "../../access/cognito";
import { useBase, useChosen, useSay } from "../../app/desk";
import { isLanguage, LANGUAGES, type Language } from "../../i18n/languages";
import type { TextId } from "../../i18n/texts";
import { Button } from "../../ui/Button";
import { Select, TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import styles from "./SignIn.module.css";

type Step = { is: "password" } | { is: "challenge"; challenge: Challenge } | { is: "forgot" } | { is: "reset"; email: string };

const REFUSALS: Record<string, TextId> = {
  NotAuthorizedException: "sign_in.refused",
  UserNotFoundException: "sign_in.refused",
  InvalidPasswordException: "sign_in.weak",
  CodeMismatchException: "sign_in.wrong_code",
  ExpiredCodeException: "sign_in.wrong_code",
  LimitExceededException: "sign_in.too_many",
  TooManyRequestsException: "sign_in.too_many",
};

function textOf(fault: unknown): TextId {
  if (fault instanceof SignInUnreachable) return "sign_in.unreachable";
  return fault instanceof SignInRefused ? (REFUSALS[fault.code] ?? "sign_in.failed") : "sign_in.failed";
}

/** `again`: in a dialog before the page, which stays as it is. */
export function SignIn({ again = false }: { again?: boolean }) {
  const say = useSay();
  const steps = <Steps again={again} />;
  if (again) return steps;
  return (
    <main className={styles["page"]}>
      <title>{`${say("sign_in.title")} · Parley`}</title>
      <div className={styles["card"]}>
        <img src="/icon.svg" alt="" width={48} height={48} />
        <h1>{say("sign_in.title")}</h1>
        {steps}
      </div>
      <LanguageChoice />
    </main>
  );
}

function Steps({ again }: { again: boolean }) {
  const { pool, keeper } = useBase();
  const say = useSay();
  const [step, setStep] = useState<Step>({ is: "password" });
  const [fault, setFault] = useState<TextId | null>(null);
  const [note, setNote] = useState<TextId | null>(null);
  const [busy, setBusy] = useState(false);

  async function attempt(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFault(null);
    try {
      await what();
    } catch (error) {
      setFault(textOf(error));
    } finally {
      setBusy(false);
    }
  }

  const came = (outcome: Outcome) =>
    "tokens" in outcome ? keeper.signedIn(outcome.tokens) : setStep({ is: "challenge", challenge: outcome.challenge });
  const to = (next: Step, told: TextId | null = null) => {
    setStep(next);
    setFault(null);
    setNote(told);
  };
  const shared = { busy, fault };

  if (step.is === "challenge") {
    const { challenge } = step;
    const fresh = challenge.kind === "NEW_PASSWORD_REQUIRED";
    return (
      <Fields
        key="challenge"
        {...shared}
        note={fresh ? "sign_in.new_password_why" : "sign_in.code_why"}
        act="sign_in.go_on"
        onSend={({ answer = "" }) => attempt(async () => came(await pool.answer(challenge, answer.trim())))}
      >
        {fresh ? <NewPassword name="answer" /> : <Code name="answer" />}
      </Fields>
    );
  }
  if (step.is === "forgot") {
    return (
      <Fields
        key="forgot"
        {...shared}
        note="sign_in.forgot_why"
        act="sign_in.send_code"
        back={() => to({ is: "password" })}
        onSend={({ email = "" }) =>
          attempt(async () => {
            await pool.forgot(email);
            to({ is: "reset", email }, "sign_in.code_sent");
          })
        }
      >
        <Email />
      </Fields>
    );
  }
  if (step.is === "reset") {
    const { email } = step;
    return (
      <Fields
        key="reset"
        {...shared}
        note={note}
        act="sign_in.change_password"
        back={() => to({ is: "password" })}
        onSend={({ code = "", answer = "" }) =>
          attempt(async () => {
            await pool.reset(email, code.trim(), answer);
            to({ is: "password" }, "sign_in.changed");
          })
        }
      >
        <Code name="code" />
        <NewPassword name="answer" />
      </Fields>
    );
  }
  return (
    <Fields
      key="password"
      {...shared}
      note={again ? "sign_in.again_why" : note}
      act="sign_in.act"
      onSend={({ email = "", password = "" }) => attempt(async () => came(await pool.signIn(email.trim(), password)))}
      more={
        again ? (
          <Button kind="quiet" onPress={() => void keeper.signOut()}>
            {say("sign_in.leave")}
          </Button>
        ) : (
          <Button kind="quiet" onPress={() => to({ is: "forgot" })}>
            {say("sign_in.forgot")}
          </Button>
        )
      }
    >
      <Email />
      <TextField name="password" type="password" label={say("sign_in.password")} autoComplete="current-password" isRequired />
    </Fields>
  );
}

interface FieldsProps {
  children: ReactNode;
  act: TextId;
  note: TextId | null;
  fault: TextId | null;
  busy: boolean;
  back?: () => void;
  more?: ReactNode;
  onSend: (values: Record<string, string>) => Promise<void>;
}

function Fields({ children, act, note, fault, busy, back, more, onSend }: FieldsProps) {
  const say = useSay();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    void onSend(values);
  };
  return (
    <Form className={styles["form"] ?? ""} onSubmit={send}>
      {note && <p className={styles["note"]}>{say(note)}</p>}
      <div role="alert">
        {fault && (
          <p className={styles["fault"]}>
            <Icon name="error" size={16} />
            {say(fault)}
          </p>
        )}
      </div>
      {children}
      <Button type="submit" kind="primary" wide>
        {say(busy ? "sign_in.wait" : act)}
      </Button>
      {back && (
        <Button kind="quiet" onPress={back}>
          {say("sign_in.back")}
        </Button>
      )}
      {more}
    </Form>
  );
}

function Email() {
  const say = useSay();
  return <TextField name="email" type="email" label={say("sign_in.email")} autoComplete="username" isRequired />;
}

function Code({ name }: { name: string }) {
  const say = useSay();
  return <TextField name={name} label={say("sign_in.code")} inputMode="numeric" autoComplete="one-time-code" isRequired />;
}

function NewPassword({ name }: { name: string }) {
  const say = useSay();
  return (
    <TextField
      name={name}
      type="password"
      label={say("sign_in.new_password")}
      hint={say("sign_in.password_rules")}
      autoComplete="new-password"
      minLength={12}
      isRequired
    />
  );
}

function LanguageChoice() {
  const { preferences, choose, say } = useChosen();
  const choices = (Object.keys(LANGUAGES) as Language[]).map((id) => ({ id, label: LANGUAGES[id], lang: id }));
  return (
    <div className={styles["language"]}>
      <Select
        label={say("me.language")}
        choices={choices}
        value={preferences.language}
        onChange={(language) => isLanguage(language) && choose({ language })}
      />
    </div>
  );
}
