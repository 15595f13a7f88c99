/** The faults that the sandbox can be told to produce (design, section 5). */
export interface Faults {
  latency_ms?: number;
  fail_next?: { status: number; count: number };
  drop_messages?: boolean;
  misprint_event_type?: boolean;
  wrong_origin?: boolean;
  duplicate_messages?: boolean;
  unknown_status?: boolean;
  expire_urls_after_s?: number;
  post_at_load?: boolean;
  hang_pages?: boolean;
  export_fails?: "pdf" | "text" | "both";
  export_file?: "other_host" | "too_large" | "not_pdf" | "expired";
}

/** How often the desk asked the sandbox for something. */
export interface Counters {
  creates: number;
  presigned: number;
  page_loads: number;
}

/** The control side of a sandbox. */
export class Sandbox {
  constructor(readonly url: string) {}

  private async call(path: string, init?: RequestInit): Promise<Response> {
    const answer = await fetch(`${this.url}/control/${path}`, init);
    if (!answer.ok) throw new Error(`sandbox /control/${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Sets faults, beside those that are set already. */
  async faults(faults: Faults): Promise<void> {
    await this.call("faults", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(faults) });
  }

  /** Takes every fault back, and leaves the rest as it is. */
  async behave(): Promise<void> {
    const none: Record<keyof Faults, null> = {
      latency_ms: null,
      fail_next: null,
      drop_messages: null,
      misprint_event_type: null,
      wrong_origin: null,
      duplicate_messages: null,
      unknown_status: null,
      expire_urls_after_s: null,
      post_at_load: null,
      hang_pages: null,
      export_fails: null,
      export_file: null,
    };
    await this.call("faults", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(none) });
  }

  /** Forgets everything: faults, counters and consultations. */
  async reset(): Promise<void> {
    await this.call("reset", { method: "POST" });
  }

  /** Empego's key of a consultation of the desk's: the desk names its own id as metadata. */
  async key(made: { id: string }): Promise<string> {
    const state = (await (await this.call("state")).json()) as { consultations: { key: string; metadata: string }[] };
    const found = state.consultations.find((consultation) => consultation.metadata === made.id);
    if (!found) throw new Error(`the sandbox knows no consultation of ${made.id}`);
    return found.key;
  }

  /** How often the desk asked for something so far. Tests compare two readings: a worker's sandbox serves many tests. */
  async counters(): Promise<Counters> {
    const state = (await (await this.call("state")).json()) as { counters: Counters };
    return state.counters;
  }
}
