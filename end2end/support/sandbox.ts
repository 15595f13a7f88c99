/** The flags of the frame by default: what a form with scripts needs, and no navigation of the window without a press. */
export const FRAME_SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads " +
  "allow-storage-access-by-user-activation allow-top-navigation-by-user-activation";

/** The faults that the sandbox can be told to produce. */
export interface Faults {
  latency_ms?: number;
  fail_next?: { status: number; count: number };
  drop_messages?: boolean;
  misprint_event_type?: boolean;
  wrong_origin?: boolean;
  duplicate_messages?: boolean;
  unknown_status?: boolean;
  expire_urls_after_s?: number;
  hold_events?: boolean | number | null;
  duplicate_events?: boolean | number;
  reorder_events?: boolean | number;
  drop_events?: boolean | number;
  event_type?: string;
  visibility_ms?: number;
  idle_ms?: number;
  disconnect_after?: number;
  malformed_events?: number;
  post_at_load?: boolean;
  hang_pages?: boolean;
  odd_answers?: boolean;
  export_fails?: "pdf" | "text" | "both";
  export_file?: "other_host" | "too_large" | "not_pdf" | "expired";
}

/** An event to put into the queue; what is left out is made up. */
export interface QueueEvent {
  eventId?: string;
  eventType: string;
  eventPayload?: unknown;
  eventTs?: string;
}

/** Where a queue stands. */
export interface Queue {
  connected: boolean;
  pending: number;
  in_flight: number;
  acknowledged: number;
  deliveries: number;
  connections: number;
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

  private async post(path: string, body: unknown): Promise<Response> {
    return this.call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  }

  /** Sets faults, beside those that are set already. */
  async faults(faults: Faults): Promise<void> {
    await this.post("faults", faults);
  }

  /** Takes every fault back, but for the event queue, which stays silent as it was from the start (`Desk.holdEvents`). */
  async behave(): Promise<void> {
    const none: Record<keyof Faults, null | true> = {
      latency_ms: null,
      fail_next: null,
      drop_messages: null,
      misprint_event_type: null,
      wrong_origin: null,
      duplicate_messages: null,
      unknown_status: null,
      expire_urls_after_s: null,
      hold_events: true,
      duplicate_events: null,
      reorder_events: null,
      drop_events: null,
      event_type: null,
      visibility_ms: null,
      idle_ms: null,
      disconnect_after: null,
      malformed_events: null,
      post_at_load: null,
      hang_pages: null,
      export_fails: null,
      export_file: null,
      odd_answers: null,
    };
    await this.post("faults", none);
  }

  /** Puts events into the sandbox's own queue; their ids. */
  async inject(events: QueueEvent[]): Promise<string[]> {
    const answer = (await (await this.post("events", { events })).json()) as { eventIds: string[] };
    return answer.eventIds;
  }

  /** Moves a consultation or follow-up, by Empego's key, to a status, which the queue tells of. */
  async status(key: string, status: string): Promise<void> {
    await this.post("status", { key, status });
  }

  /** Cuts off whoever holds the sandbox's own queue; whether anybody did. */
  async disconnect(): Promise<boolean> {
    const answer = (await (await this.post("disconnect", {})).json()) as { disconnected: boolean };
    return answer.disconnected;
  }

  /** Where the sandbox's own queue stands. */
  async queue(): Promise<Queue> {
    const state = (await (await this.call("state")).json()) as { queue: { desk: Queue } };
    return state.queue.desk;
  }

  /** Forgets everything: faults, counters, consultations and events. */
  async reset(): Promise<void> {
    await this.call("reset", { method: "POST" });
    // As it was from the start (`Desk.holdEvents`).
    await this.faults({ hold_events: true });
  }

  /** Empego's key of a consultation or follow-up of the desk's: the desk names its own id as metadata. */
  async key(made: { id: string }): Promise<string> {
    const state = (await (await this.call("state")).json()) as Record<"consultations" | "followups", { key: string; metadata: string }[]>;
    const found = [...state.consultations, ...state.followups].find((consultation) => consultation.metadata === made.id);
    if (!found) throw new Error(`the sandbox knows no consultation of ${made.id}`);
    return found.key;
  }

  /** How often the desk asked for something so far. Tests compare two readings: a worker's sandbox serves many tests. */
  async counters(): Promise<Counters> {
    const state = (await (await this.call("state")).json()) as { counters: Counters };
    return state.counters;
  }
}
