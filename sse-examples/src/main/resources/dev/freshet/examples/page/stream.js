// The account of a stream: what came, by type, and what each cut did to it.

/**
 * The least delay seen between an event's time stamp and its arrival: what the server's clock and this one differ by, and the way
 * here. The state that a new stream begins with brings it, so that it is known before the first cut.
 */
let delay = Infinity;

/** A moment on this page's clock, as the server's clock has it. */
export const serverTime = time => time - (delay === Infinity ? 0 : delay);

const AGE = 90_000;

export class Account {
  /** @param {Object<string, {lane: string, take: function(Object)}>} types event types: their lanes, and who takes their data */
  constructor(types) {
    this.types = types;
    this.open = false;
    this.gaps = [];     // {from, to}; to is missing while it lasts
    this.cut = null;    // the last one: {from, to, resumed, lost, reset}
    this.counts = {};   // by type, the number of the last event: they count up by one
    this.snapshot = null; // while one is read, the id that was the last before it
    this.lanes = {};    // {received, marks: [{time, kind: 'live' | 'resumed'}]}
    Object.values(types).forEach(({lane}) => { this.lanes[lane] = {received: 0, marks: []}; });
  }

  /** Takes one entry of the stream. */
  take({time, type, data, id}) {
    if (type === 'cut') {
      this.closed(time);
    } else if (type === 'stream-open') {
      this.opened(time, JSON.parse(data).resume === 'fresh' ? id : null, null);
    } else if (type === 'stream-reset') {
      this.counts = {};
      this.opened(time, id, JSON.parse(data).reason);
    } else {
      this.event(time, type, JSON.parse(data), id);
    }
  }

  closed(time) {
    this.open = false;
    if (!this.cut || this.cut.to) {
      this.cut = {from: time, to: null, resumed: 0, lost: 0, reset: null};
      this.gaps.push(this.cut);
    }
  }

  opened(time, snapshot, reset) {
    this.open = true;
    this.snapshot = snapshot;
    if (this.cut) {
      this.cut.to ??= time;
      this.cut.reset = reset ?? this.cut.reset;
    }
  }

  event(time, type, data, id) {
    const {lane, take} = this.types[type];
    delay = Math.min(delay, time - Date.parse(data.timestamp));
    this.lanes[lane].received++;
    const last = this.counts[type];
    if (this.cut && data.number > last + 1) {
      this.cut.lost += data.number - last - 1;
    }
    if (!(data.number <= last)) { // what a snapshot has brought already comes again as the change that it was
      this.counts[type] = data.number;
      take(data);
    }
    if (this.snapshot === null) {
      this.mark(this.lanes[lane].marks, time, id);
    } else if (this.snapshot !== id) {
      this.snapshot = null; // its last event brings its place
    }
  }

  /** Notes when an event was published, on this page's clock, and whether that was while the stream was cut. */
  mark(marks, now, id) {
    const time = Number(id.split('-')[0]) + delay;
    const resumed = this.cut !== null && time > this.cut.from - 1000 && time < this.cut.to - 20;
    if (resumed) {
      this.cut.resumed++;
    }
    marks.push({time, kind: resumed ? 'resumed' : 'live'});
    while (marks.length > 0 && marks[0].time < now - AGE) {
      marks.shift();
    }
    while (this.gaps.length > 0 && this.gaps[0].to < now - AGE && this.gaps[0].to) {
      this.gaps.shift();
    }
  }
}
