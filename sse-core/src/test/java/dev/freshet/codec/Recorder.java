package dev.freshet.codec;

import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.fixtures.ReferenceParser.Result;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A sink that writes down what it is told, in the shape of the reference parser's result. */
final class Recorder implements EventDecoder.Sink {

    final List<Event> events = new ArrayList<>();
    final List<Duration> retries = new ArrayList<>();
    final List<String> comments = new ArrayList<>();

    @Override
    public void event(String type, String data, String lastEventId) {
        events.add(new Event(type, data, lastEventId));
    }

    @Override
    public void retry(Duration delay) {
        retries.add(delay);
    }

    @Override
    public void comment(String text) {
        comments.add(text);
    }

    Result result(EventDecoder decoder) {
        return new Result(events, retries, comments, decoder.lastEventId());
    }

    /** Decodes a stream cut before each of these indexes. */
    static Result decode(byte[] stream, int... cuts) {
        Recorder recorder = new Recorder();
        EventDecoder decoder = new EventDecoder(recorder);
        int from = 0;
        for (int cut : cuts) {
            decoder.feed(ByteBuffer.wrap(stream, from, cut - from));
            from = cut;
        }
        decoder.feed(ByteBuffer.wrap(stream, from, stream.length - from));
        decoder.endOfStream();
        return recorder.result(decoder);
    }
}
