/** Which sounds are heard in this browser, and how loud. */

import { useSyncExternalStore } from "react";
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components";
import { useSay } from "../../app/desk";
import { SOUNDS } from "../../app/notices/classes";
import { speaker } from "../../app/notices/sounds";
import { IconButton } from "../../ui/Button";
import { Switch } from "../../ui/inputs";
import { Panel } from "../../ui/Page";
import styles from "./Me.module.css";

export function SoundPanel() {
  const say = useSay();
  const choice = useSyncExternalStore(speaker.listen, speaker.choice);
  return (
    <Panel title={say("notices.sounds")}>
      <p className={styles["example"]}>{say("notices.sounds_hint")}</p>
      <Slider className={styles["slider"] ?? ""} value={choice.volume} minValue={0} maxValue={100} step={5} onChange={(volume) => speaker.choose({ ...choice, volume: Number(volume) })}>
        <Label>{say("notices.volume")}</Label>
        <SliderOutput />
        <SliderTrack className={styles["track"] ?? ""}>
          <SliderThumb className={styles["thumb"] ?? ""} />
        </SliderTrack>
      </Slider>
      {SOUNDS.map((sound) => (
        <div key={sound} className={styles["sound"]}>
          <Switch label={say(`notices.sound.${sound}`)} isSelected={choice.on[sound]} onChange={(on) => speaker.choose({ ...choice, on: { ...choice.on, [sound]: on } })} />
          <IconButton icon="sound" label={say("notices.sound_test", { sound: say(`notices.sound.${sound}`) })} onPress={() => void speaker.unlock().then(() => speaker.play(sound, { test: true }))} />
        </div>
      ))}
    </Panel>
  );
}
