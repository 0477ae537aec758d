// Which keys do what.

import { Kbd, Table } from "@mantine/core";
import { Dialog } from "../parts/dialog";

const KEYS = [
  [["j", "k"], "Next and previous document"],
  [["Enter"], "Open the document"],
  [["e"], "Edit what it is about"],
  [["x"], "Select or deselect it; with Shift and a click, everything in between"],
  [["/"], "Search"],
  [["Esc"], "Close, or select nothing"],
  [["?"], "Show this list"],
] as const;

export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Keys">
      <Table verticalSpacing="xs" withRowBorders={false}>
        <Table.Tbody>
          {KEYS.map(([keys, words]) => (
            <Table.Tr key={words}>
              <Table.Th scope="row" style={{ whiteSpace: "nowrap" }}>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Th>
              <Table.Td>{words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
