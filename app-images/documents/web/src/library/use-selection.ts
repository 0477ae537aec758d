// The selection of the list on the screen.

import { useCallback, useEffect, useRef, useState } from "react";
import { extended, NOTHING, toggled, type Selected } from "./selection";

export interface SelectionControl {
  selected: Selected;
  /** Turns one on or off; `range` adds everything since the one before. */
  toggle: (id: string, range?: boolean) => void;
  selectAll: () => void;
  clear: () => void;
}

/** `scope` names what is listed: another scope begins with nothing selected. */
export function useSelection(scope: string, shown: readonly string[]): SelectionControl {
  const [state, setState] = useState({ scope, selected: NOTHING });
  const last = useRef<string>(undefined);
  const selected = state.scope === scope ? state.selected : NOTHING;
  // So that `toggle` stays the same while more of the list comes, and no row is drawn anew for it.
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  }, [shown]);
  const toggle = useCallback(
    (id: string, range = false) => {
      const from = range ? last.current : undefined;
      last.current = id;
      const all = latest.current;
      setState((before) => {
        const now = before.scope === scope ? before.selected : NOTHING;
        return {
          scope,
          selected: from === undefined ? toggled(now, id, all) : extended(now, from, id, all),
        };
      });
    },
    [scope],
  );
  const selectAll = useCallback(() => {
    setState({ scope, selected: { kind: "all" } });
  }, [scope]);
  const clear = useCallback(() => {
    setState({ scope, selected: NOTHING });
  }, [scope]);
  return { selected, toggle, selectAll, clear };
}
