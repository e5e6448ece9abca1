// The figures of a stream: the events received by type, and the effect of each lost connection.

/**
 * The least delay between the time stamp of an event and its arrival: the difference between the clocks of the server
 * and of this page, plus the transit time. The snapshot of a new stream has such events, so that it is known before the
 * first lost connection.
 */
let delay = Infinity;

/** Converts a time of this page's clock to one of the server's clock. */
export const serverTime = time => time - (delay === Infinity ? 0 : delay);

const AGE = 90_000;

export class Account {
  /**
   * @param {Object<string, {lane: string, take: function(Object)}>} types the event types, with their lanes and the
   *     functions that take their data
   */
  constructor(types) {
    this.types = types;
    this.open = false;
    this.gaps = [];     // {from, to}; without "to" while the connection is lost
    this.cut = null;    // the last gap: {from, to, resumed, lost, reset}
    this.counts = {};   // by type, the number of the last event; the numbers increase by one
    this.snapshot = null; // during a snapshot, the id of the stream before it
    this.lanes = {};    // {received, marks: [{time, kind: 'live' | 'resumed'}]}
    Object.values(types).forEach(({lane}) => { this.lanes[lane] = {received: 0, marks: []}; });
  }

  /** Handles one entry of the stream. */
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
    if (!(data.number <= last)) { // an event after the snapshot may be in the snapshot already
      this.counts[type] = data.number;
      take(data);
    }
    if (this.snapshot === null) {
      this.mark(this.lanes[lane].marks, time, id);
    } else if (this.snapshot !== id) {
      this.snapshot = null; // the last event of the snapshot has the id of its position
    }
  }

  /**
   * Adds a mark at the time when an event was published, by the clock of this page. It shows whether the connection was
   * lost then.
   */
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
