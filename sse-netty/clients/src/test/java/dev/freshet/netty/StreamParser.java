package dev.freshet.netty;

import dev.freshet.codec.EventDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the body of one response. For one thread. */
interface StreamParser {
    void feed(byte[] bytes, int count);

    /** The id to ask again after. */
    String lastEventId();

    /** The project's own decoder, which reads as the standard says. */
    static StreamParser standard(Told told, String lastEventId) {
        EventDecoder decoder = new EventDecoder(told::decoded, lastEventId);
        return new StreamParser() {
            @Override
            public void feed(byte[] bytes, int count) {
                decoder.feed(ByteBuffer.wrap(bytes, 0, count));
            }

            @Override
            public String lastEventId() {
                return decoder.lastEventId();
            }
        };
    }

    /**
     * Reads as openai-python and httpx-sse do: a blank line ends a block, and what is dispatched is every block that has
     * data, and also one without, once an id is kept. Who uses it asks again after the id of the last event it was given.
     */
    static StreamParser byBlocks(Told told, String lastEventId) {
        return new StreamParser() {
            private final ByteArrayOutputStream line = new ByteArrayOutputStream();
            private final List<String> data = new ArrayList<>();
            private String type = "";
            private String id = lastEventId;
            private String dispatched = lastEventId;

            @Override
            public void feed(byte[] bytes, int count) {
                for (int i = 0; i < count; i++) {
                    if (bytes[i] != '\n') {
                        line.write(bytes[i]);
                        continue;
                    }
                    String text = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    if (text.isEmpty()) {
                        endBlock();
                    } else {
                        field(text);
                    }
                }
            }

            private void field(String text) {
                String[] parts = text.split(": ?", 2);
                String value = parts.length == 1 ? "" : parts[1];
                switch (parts[0]) {
                    case "event" -> type = value;
                    case "data" -> data.add(value);
                    case "id" -> id = value;
                    default -> {}
                }
            }

            private void endBlock() {
                if (!data.isEmpty() || !id.isEmpty()) {
                    told.event(type.isEmpty() ? "message" : type, id, String.join("\n", data));
                    dispatched = id;
                }
                type = "";
                data.clear();
            }

            @Override
            public String lastEventId() {
                return dispatched;
            }
        };
    }
}
