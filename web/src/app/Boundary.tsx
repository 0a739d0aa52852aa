/** Catches what a page throws: the rest of the workspace goes on. */

import { Component, type ReactNode } from "react";
import { useSay } from "./desk";
import { Button } from "../ui/Button";
import { Notice } from "../ui/states";

interface Props {
  children: ReactNode;
  /** Another value begins anew. */
  place: string;
}

export class Boundary extends Component<Props, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place && this.state.fault !== null) this.setState({ fault: null });
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children;
    return <Broken fault={this.state.fault} again={() => this.setState({ fault: null })} />;
  }
}

function Broken({ fault, again }: { fault: Error; again: () => void }) {
  const say = useSay();
  // A page's code that cannot be fetched: most often there is a newer version of the workspace.
  const outdated = /import|module script|preload/i.test(fault.message);
  return (
    <Notice
      icon="error"
      tone="bad"
      title={say(outdated ? "state.outdated" : "state.broken")}
      action={
        <Button icon="refresh" onPress={outdated ? () => location.reload() : again}>
          {say(outdated ? "state.reload" : "state.retry")}
        </Button>
      }
    >
      {!outdated && <p>{fault.message}</p>}
    </Notice>
  );
}
