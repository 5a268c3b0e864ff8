import { ask, type Backend } from "../backend/backend";
import type {
  ContextRef,
  ImportChoice,
  ImportClusterChoice,
  ImportPreview,
  ImportRow,
} from "../backend/types";
import { Attempt } from "./attempt.svelte";
import {
  canTake,
  type ImportSection,
  type RowChoice,
  SECTIONS,
  sectionOf,
  takingDeed,
  usualChoice,
} from "./importRows";

/** A forward of a file with its place in it. */
export interface Numbered {
  row: ImportRow;
  index: number;
}

/** A file that the person looks into, and what they want of it. */
export class ImportReview {
  path = $state("");
  preview: ImportPreview | null = $state.raw(null);
  /** One for each row of the preview. */
  choices: RowChoice[] = $state([]);
  readonly attempt = new Attempt();
  #clusters: ImportClusterChoice[] = [];

  readonly sections: { section: ImportSection; rows: Numbered[] }[] = $derived.by(() => {
    const rows = (this.preview?.rows ?? []).map((row, index) => ({ row, index }));
    return SECTIONS.map((section) => ({
      section,
      rows: rows.filter(({ row }) => sectionOf(row) === section),
    })).filter(({ rows }) => rows.length > 0);
  });
  readonly taken: ImportChoice[] = $derived(
    this.choices.flatMap(({ deed, freePorts }, row) => (deed === null ? [] : [{ row, deed, freePorts }])),
  );
  readonly replaced: number = $derived(this.taken.filter(({ deed }) => deed === "replace").length);

  constructor(readonly backend: Backend) {}

  /** Reads the file; what is in it is chosen as most people want it. */
  async look(path: string): Promise<void> {
    this.#clusters = [];
    this.choices = [];
    await this.#read(path);
  }

  /** The person says which cluster is meant; the file is compared once more. */
  async chooseCluster(key: string, context: ContextRef): Promise<void> {
    this.#clusters = [...this.#clusters.filter((choice) => choice.key !== key), { key, context }];
    await this.#read(this.preview?.path ?? this.path);
  }

  /** Takes the file away, so that another one can be chosen. */
  leave(): void {
    this.attempt.giveUp();
    this.preview = null;
  }

  take(index: number, taken: boolean): void {
    const row = this.preview?.rows[index];
    const choice = this.choices[index];
    if (row !== undefined && choice !== undefined)
      choice.deed = taken && canTake(row) ? takingDeed(row) : null;
  }

  takeAll(rows: readonly Numbered[], taken: boolean): void {
    for (const { index } of rows) this.take(index, taken);
  }

  /** Answers how many forwards were taken over; null where it failed. */
  async finish(): Promise<{ import: number; count: number } | null> {
    const { preview } = this;
    if (preview === null) return null;
    return this.attempt.run(() =>
      ask(this.backend, { type: "import", import: preview.import, choices: this.taken }, "imported"),
    );
  }

  async #read(path: string): Promise<void> {
    const reply = await this.attempt.run(() =>
      ask(this.backend, { type: "readImport", path: path.trim(), clusters: this.#clusters }, "importPreview"),
    );
    if (reply === null) return;
    const before = { rows: this.preview?.rows ?? [], choices: this.choices };
    this.path = path;
    this.preview = reply.preview;
    // What the person has said of a row that is as it was stays.
    this.choices = reply.preview.rows.map((row, index) => {
      const choice = before.choices[index];
      return choice !== undefined && before.rows[index]?.standing.type === row.standing.type
        ? choice
        : usualChoice(row);
    });
  }
}
