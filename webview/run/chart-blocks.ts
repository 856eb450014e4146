/** Charts that stand together and are made together, when they come near. */
export interface ChartBlock {
  key: string;
  names: string[];
}

/** Charts under one heading; the group '' has none. */
export interface ChartGroup {
  name: string;
  count: number;
  blocks: ChartBlock[];
}

/** Groups that are made together, when they come near. */
export interface ChartSection {
  key: string;
  groups: ChartGroup[];
}

/** A multiple of the usual numbers of columns, so that no row has holes where a block ends. */
const blockSize = 60;
const sectionSize = 12;

/** Everything of some groups, in parts of which none is too large to be made within a frame. */
export function chartSections(membersOf: ReadonlyMap<string, string[]>): ChartSection[] {
  const sections: ChartSection[] = [];
  let room = 0;
  for (const [name, members] of membersOf) {
    const blocks = blocksOf(name, members);
    if (room < 1 || members.length > blockSize) {
      sections.push({ key: `section ${name}`, groups: [] });
      room = sectionSize;
    }
    sections.at(-1)?.groups.push({ name, count: members.length, blocks });
    room = blocks.length > 1 ? 0 : room - 1;
  }
  return sections;
}

function blocksOf(group: string, members: string[]): ChartBlock[] {
  const blocks: ChartBlock[] = [];
  for (let start = 0; start < members.length; start += blockSize) {
    blocks.push({ key: `block ${start} ${group}`, names: members.slice(start, start + blockSize) });
  }
  return blocks;
}

/** About how many pixels, as the style sheet has them. */
const slot = { width: 300, height: 228, gap: 14 };
const afterCharts = 18;
const heading = 46;

export function chartColumnsIn(width: number): number {
  return Math.max(1, Math.floor((width + slot.gap) / (slot.width + slot.gap)));
}

/** The height in pixels that a block will have. */
export function blockHeight({ names }: ChartBlock, columns: number): number {
  return Math.ceil(names.length / columns) * (slot.height + slot.gap) - slot.gap + afterCharts;
}

export function sectionHeight({ groups }: ChartSection, columns: number, closed: readonly string[]): number {
  return groups.reduce((sum, { name, blocks }) => {
    const head = name === '' ? 0 : heading;
    if (head > 0 && closed.includes(name)) return sum + head;
    return blocks.reduce((height, block) => height + blockHeight(block, columns), sum + head);
  }, 0);
}
