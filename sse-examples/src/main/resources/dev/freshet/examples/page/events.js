// A parser of text/event-stream for the response of a fetch, which may have any method, unlike that of an EventSource.

/**
 * Reads the events of a body to its end.
 *
 * @param {ReadableStream<Uint8Array>} body of a response
 * @param {function(string, string, string)} take called with type, data and last event id
 */
export async function readEvents(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = {type: '', data: []};
  let lastId = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n'); // the server ends its lines with LF
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length > 0) {
          take(event.type || 'message', event.data.join('\n'), lastId);
        }
        event = {type: '', data: []};
        continue;
      }
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') {
        event.type = value;
      } else if (name === 'data') {
        event.data.push(value);
      } else if (name === 'id') {
        lastId = value;
      }
    }
  }
}
