/** What is to be done about a conversation: tasks with their points, reminders, what was promised to the customer. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useMe, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { useColleagues, useTeams } from "../../contact/names";
import { Section } from "../../contact/Section";
import { IconButton } from "../../ui/Button";
import { Select, TextField } from "../../ui/fields";
import { Checkbox, TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { fieldFrom, momentFrom, presetTime } from "../actions/times";
import styles from "../../contact/contact.module.css";
import { partKey } from "./live";
import { Promises } from "./Promises";
import { TaskCard } from "./TaskCard";
import { dueOf, pointsOf } from "./tasks";

export function TasksTab({ conversationId }: { conversationId: string }) {
  const [say, api] = [useSay(), useApi()];
  const [adding, setAdding] = useState<"task" | "reminder" | null>(null);
  const tasks = useQuery({
    queryKey: partKey("tasks", conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/tasks", { params: { path: { conversation_id: conversationId } } })),
  });
  return (
    <>
      <Section
        title={say("context.tasks")}
        aside={
          <span className={styles["actions"]}>
            <IconButton icon="clock" label={say("context.remind_me")} onPress={() => setAdding("reminder")} />
            <IconButton icon="plus" label={say("context.new_task")} onPress={() => setAdding("task")} />
          </span>
        }
      >
        {adding === "task" && <NewTask conversationId={conversationId} onDone={() => setAdding(null)} />}
        {adding === "reminder" && <NewReminder conversationId={conversationId} onDone={() => setAdding(null)} />}
        <AsyncBoundary query={tasks} isEmpty={({ items }) => items.length === 0} empty={adding === null && <p className={styles["none"]}>{say("context.no_tasks")}</p>}>
          {({ items }) => (
            <ul className={styles["items"]}>
              {items.map((task) => (
                <TaskCard key={task.id} task={task} conversationId={conversationId} />
              ))}
            </ul>
          )}
        </AsyncBoundary>
      </Section>
      <Promises conversationId={conversationId} />
    </>
  );
}

interface NewProps {
  conversationId: string;
  onDone: () => void;
}

/** Reads the list anew, then closes the form. */
function useAdded({ conversationId, onDone }: NewProps): () => void {
  const cache = useQueryClient();
  return () => {
    void cache.invalidateQueries({ queryKey: partKey("tasks", conversationId) });
    onDone();
  };
}

function NewTask(props: NewProps) {
  const [say, api, me, colleagues, teams, added] = [useSay(), useApi(), useMe(), useColleagues(), useTeams(), useAdded(props)];
  const [title, setTitle] = useState("");
  const [owner, setOwner] = useState(me.id);
  const [due, setDue] = useState("");
  const [points, setPoints] = useState("");
  const [wakes, setWakes] = useState(false);
  const [clientId] = useState(() => crypto.randomUUID());
  const [asked, setAsked] = useState(false);
  const add = useMutation({
    mutationFn: () =>
      told(
        api.POST("/tasks", {
          body: {
            client_id: clientId,
            conversation_id: props.conversationId,
            title: title.trim(),
            owner_id: owner,
            due_at: dueOf(due),
            wakes,
            checklist: pointsOf(points).map((text) => ({ text })),
          } as Schemas["TaskBody"],
        }),
      ),
    onSuccess: added,
  });
  const owners = [
    { id: me.id, label: say("context.me") },
    ...colleagues.filter((each) => each.enabled && each.id !== me.id).map(({ id, name }) => ({ id, label: name })),
    ...teams.map(({ id, name }) => ({ id, label: say("context.team", { name }) })),
  ];
  const save = () => {
    setAsked(true);
    if (title.trim() !== "") add.mutate();
  };
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={props.onDone} onSave={save}>
      <TextField
        label={say("context.task_title")}
        value={title}
        onChange={setTitle}
        maxLength={300}
        autoFocus
        error={asked && title.trim() === "" ? say("context.task_empty") : undefined}
      />
      <Select label={say("context.owner")} choices={owners} value={owner} onChange={setOwner} />
      <TextField label={say("context.due_at")} type="datetime-local" value={due} onChange={setDue} />
      <TextArea label={say("context.points")} hint={say("context.points_hint")} value={points} onChange={setPoints} rows={2} />
      <Checkbox label={say("context.wakes")} isSelected={wakes} onChange={setWakes} />
    </EditForm>
  );
}

function NewReminder(props: NewProps) {
  const [say, api, added] = [useSay(), useApi(), useAdded(props)];
  const [at, setAt] = useState(() => fieldFrom(presetTime("tomorrow", new Date())));
  const [title, setTitle] = useState("");
  const [clientId] = useState(() => crypto.randomUUID());
  const moment = momentFrom(at, new Date());
  const add = useMutation({
    mutationFn: (when: Date) =>
      told(
        api.POST("/conversations/{conversation_id}/reminders", {
          params: { path: { conversation_id: props.conversationId } },
          body: { client_id: clientId, at: when.toISOString(), ...(title.trim() ? { title: title.trim() } : {}) } as Schemas["ReminderBody"],
        }),
      ),
    onSuccess: added,
  });
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={props.onDone} onSave={() => moment instanceof Date && add.mutate(moment)}>
      <TextField
        label={say("context.remind_at")}
        type="datetime-local"
        value={at}
        onChange={setAt}
        autoFocus
        error={moment instanceof Date ? undefined : say("context.not_future")}
      />
      <TextField label={say("context.remind_of")} value={title} onChange={setTitle} maxLength={300} />
    </EditForm>
  );
}
