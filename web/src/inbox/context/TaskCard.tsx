/** One task: done or not, its points, whose it is, when it is due. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { useNameOf } from "../../contact/names";
import { Refusal } from "../../contact/Refusal";
import { IconButton } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Checkbox } from "../../ui/inputs";
import styles from "../../contact/contact.module.css";
import own from "./Context.module.css";
import { partKey } from "./live";

type Task = Schemas["TaskView"];
type Changes = Partial<Omit<Schemas["TaskChanges"], "version">>;
type Point = Task["checklist"][number];

function useTask(task: Task, conversationId: string) {
  const [api, cache] = [useApi(), useQueryClient()];
  const path = { task_id: task.id };
  const settled = { onSettled: () => void cache.invalidateQueries({ queryKey: partKey("tasks", conversationId) }) };
  const change = useMutation({
    mutationFn: (changes: Changes) => told(api.PATCH("/tasks/{task_id}", { params: { path }, body: { version: task.version, ...changes } })),
    ...settled,
  });
  const tick = useMutation({
    mutationFn: ({ point, done }: { point: Point; done: boolean }) =>
      told(api.POST("/tasks/{task_id}/ticks", { params: { path }, body: { point_id: point.id, done } })),
    ...settled,
  });
  const arrange = useMutation({
    mutationFn: (checklist: Schemas["ChecklistBody"]["checklist"]) =>
      told(api.PUT("/tasks/{task_id}/checklist", { params: { path }, body: { version: task.version, checklist } })),
    ...settled,
  });
  return { change, tick, arrange };
}

export function TaskCard({ task, conversationId }: { task: Task; conversationId: string }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  const [adding, setAdding] = useState(false);
  const { change, tick, arrange } = useTask(task, conversationId);
  const open = task.state === "open";
  return (
    <li className={own["task"]}>
      <div className={styles["row"]}>
        <Checkbox
          label={<span className={open ? "" : own["done"]}>{task.title}</span>}
          isSelected={task.state === "done"}
          onChange={(done) => change.mutate({ state: done ? "done" : "open" })}
          isDisabled={change.isPending}
        />
        {open && <IconButton icon="close" label={say("context.cancel_task", { title: task.title })} onPress={() => change.mutate({ state: "cancelled" })} />}
      </div>
      <div className={styles["meta"]}>
        {[
          task.kind === "reminder" ? say("context.reminder") : "",
          nameOf(task.owner_id),
          task.due_at ? say("context.due", { time: formats.dateTime(task.due_at) }) : "",
          task.state === "cancelled" ? say("context.task_cancelled") : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </div>
      {task.overdue && (
        <span className={`${styles["mark"]} ${styles["bad"]}`}>
          <Icon name="warning" size={16} />
          {say("context.overdue")}
        </span>
      )}
      {task.checklist.map((point) => (
        <Checkbox
          key={point.id}
          label={<span className={point.done ? own["done"] : ""}>{point.text}</span>}
          isSelected={point.done}
          onChange={(done) => tick.mutate({ point, done })}
          isDisabled={!open || tick.isPending}
        />
      ))}
      {open && !adding && (
        <div>
          <IconButton icon="plus" label={say("context.add_point", { title: task.title })} onPress={() => setAdding(true)} />
        </div>
      )}
      {adding && (
        <NewPoint
          fault={arrange.error}
          saving={arrange.isPending}
          onDone={() => setAdding(false)}
          onAdd={(text) =>
            arrange.mutate([...task.checklist.map(({ id, text: words, done }) => ({ id, text: words, done })), { id: null, text, done: false }], {
              onSuccess: () => setAdding(false),
            })
          }
        />
      )}
      <Refusal fault={change.error ?? tick.error} />
    </li>
  );
}

function NewPoint({ fault, saving, onDone, onAdd }: { fault: unknown; saving: boolean; onDone: () => void; onAdd: (text: string) => void }) {
  const say = useSay();
  const [text, setText] = useState("");
  return (
    <EditForm fault={fault} saving={saving} onDone={onDone} onSave={() => text.trim() && onAdd(text.trim())}>
      <TextField label={say("context.point")} value={text} onChange={setText} maxLength={300} autoFocus />
    </EditForm>
  );
}
