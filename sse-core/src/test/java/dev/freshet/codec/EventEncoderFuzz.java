package dev.freshet.codec;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.fixtures.ReferenceParser.Result;
import dev.freshet.harness.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fuzz target: any events are decoded, in any chunks, as they were built; what no stream can carry is not built. */
public final class EventEncoderFuzz {
    private static final int LONGEST = 24;

    private EventEncoderFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        int[] cuts = in.cuts();
        List<SseEvent> events = new ArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        do {
            SseEvent event = event(in);
            if (event != null) {
                events.add(event);
                stream.writeBytes(EventEncoder.encode(event));
            }
        } while (!in.isEmpty());
        byte[] bytes = stream.toByteArray();
        Result expected = Received.of(events);
        Result decoded = Recorder.decode(bytes, FuzzInput.within(bytes.length, cuts));
        Result reference = ReferenceParser.parse(bytes);
        if (!decoded.equals(expected) || !reference.equals(expected)) {
            throw new AssertionError(decoded + ", " + reference + " (expected: " + expected + ")");
        }
    }

    private static @Nullable SseEvent event(FuzzInput in) {
        int fields = in.next(32);
        SseEvent.Builder event = SseEvent.builder();
        boolean isForbidden = false;
        try {
            if ((fields & 1) != 0) {
                String id = in.utf16(LONGEST);
                isForbidden |= has(id, "\r\n\0");
                event.id(id);
            }
            if ((fields & 2) != 0) {
                String type = in.utf16(LONGEST);
                isForbidden |= has(type, "\r\n");
                event.type(type);
            }
            if ((fields & 4) != 0) {
                event.data(in.utf16(LONGEST));
            }
            if ((fields & 8) != 0) {
                event.comment(in.utf16(LONGEST));
            }
            if ((fields & 16) != 0) {
                event.retry(Duration.ofMillis(in.next(1 << 16)));
            }
            SseEvent built = event.build();
            if (isForbidden) {
                throw new AssertionError(built + " (expected: IllegalArgumentException)");
            }
            return built;
        } catch (IllegalArgumentException e) {
            if (!isForbidden) {
                throw e;
            }
            return null;
        }
    }

    private static boolean has(String text, String forbidden) {
        return text.chars().anyMatch(c -> forbidden.indexOf(c) >= 0);
    }
}
