package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A client of a service, and what it has to see, in this order. Not thread-safe. */
final class Follower implements AutoCloseable {
    private static final int SIGTERM = 128 + 15;

    private final StackProcess service;
    private @Nullable RawSseClient client;
    private String data = "";

    Follower(StackProcess service) {
        this.service = service;
    }

    private RawSseClient follow(@Nullable String lastEventId, String resume) throws IOException {
        close();
        RawSseClient begun = service.follow(lastEventId);
        client = begun;
        Event opening = begun.readEvent();
        assertThat(opening.type()).isEqualTo("stream-open");
        assertThat(opening.data()).isEqualTo("{\"resume\":\"" + resume + "\"}");
        return begun;
    }

    /** An event arrives that was published by the service's own route. */
    void streams() throws Exception {
        RawSseClient begun = follow(null, "fresh");
        service.publish(1);
        Event event = begun.readEvent();
        assertThat(event.type()).isEqualTo("tick");
        data = event.data();
    }

    /** It has the fields of the record, and its time in ISO 8601. */
    void isJson() {
        assertThat(data).matches("\\{\"symbol\":\"ACME\",\"price\":1,\"time\":\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"}");
    }

    /** What was published while it was away arrives, and then what is published: all of it once, and in order. */
    void resumes() throws Exception {
        String last = following().lastEventId();
        close();
        for (int price = 2; price <= 4; price++) {
            service.publish(price);
        }
        RawSseClient resumed = follow(last, "resumed");
        service.publish(5);
        for (int price = 2; price <= 5; price++) {
            assertThat(resumed.readEvent().data()).contains("\"price\":" + price + ",");
        }
    }

    /** What was published before the service is told to end arrives, then a time to come back at, and the end in good form. */
    void isEnded() throws Exception {
        RawSseClient ended = following();
        service.publish(6);
        service.terminate();
        assertThat(ended.readEvent().data()).contains("\"price\":6,");
        assertThat(ended.tryReadEvent()).isNull();
        assertThat(ended.retries())
                .as("that of the opening, and the farewell's")
                .hasSize(2);
        assertThat(ended.isWhole()).isTrue();
        assertThat(service.join()).isIn(0, SIGTERM);
        close();
    }

    private RawSseClient following() {
        assertThat(client).isNotNull();
        return client;
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
    }
}
