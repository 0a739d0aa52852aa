/** Where rows of one height stand: known without looking at the others, however many there are. */

import { Layout, LayoutInfo, Rect, Size, type Key } from "react-aria-components";

export interface RowLayoutOptions {
  /** In pixels; of the row that loads more, too. */
  rowSize: number;
}

type Invalidation = Parameters<Layout["update"]>[0];

export class RowLayout extends Layout {
  private rowSize = 76;
  private keys: readonly Key[] = [];
  private readonly places = new Map<Key, number>();
  private readonly infos = new Map<Key, LayoutInfo>();
  private loader: Key | null = null;

  override update(given: Invalidation): void {
    this.rowSize = (given.layoutOptions as RowLayoutOptions | undefined)?.rowSize ?? this.rowSize;
    const collection = this.virtualizer?.collection;
    // In the list's order: its keys alone stand as they came.
    this.keys = [...(collection ?? [])].map((node) => node.key);
    this.places.clear();
    this.keys.forEach((key, place) => this.places.set(key, place));
    this.infos.clear();
    const last = this.keys.at(-1);
    this.loader = last !== undefined && collection?.getItem(last)?.type === "loader" ? last : null;
  }

  /** The one that loads more is always there: it looks itself whether it is near. */
  override getVisibleLayoutInfos(rect: Rect): LayoutInfo[] {
    const first = Math.max(0, Math.floor(rect.y / this.rowSize));
    const seen = this.keys.slice(first, Math.ceil(rect.maxY / this.rowSize));
    const wanted = this.loader === null || seen.includes(this.loader) ? seen : [...seen, this.loader];
    return wanted.flatMap((key) => this.getLayoutInfo(key) ?? []);
  }

  override getLayoutInfo(key: Key): LayoutInfo | null {
    const place = this.places.get(key);
    if (place === undefined) return null;
    let info = this.infos.get(key);
    if (info === undefined) {
      const width = this.virtualizer?.size.width ?? 0;
      info = new LayoutInfo(key === this.loader ? "loader" : "item", key, new Rect(0, place * this.rowSize, width, this.rowSize));
      // A row cuts itself off: another box that does so for it is one too many in each frame.
      info.allowOverflow = true;
      this.infos.set(key, info);
    }
    return info;
  }

  override getContentSize(): Size {
    return new Size(this.virtualizer?.size.width ?? 0, this.keys.length * this.rowSize);
  }
}
