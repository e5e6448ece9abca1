package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a stream goes on, over the wire. */
class HubStreamResumeTest extends ServerFixture {
    private static final String TWO_BYTES_EACH = "größe/日本";

    private RawSseClient ask(SseServer server, String path, String outcome, String... headers) throws IOException {
        RawSseClient client = client(server);
        assertThat(client.get(path, headers).header("SSE-Resume")).isEqualTo(outcome);
        return client;
    }

    private static List<String> data(RawSseClient client, int count) throws IOException {
        return client.readEvents(count).stream().map(Event::data).toList();
    }

    @Test
    void theHeaderResumes() throws Exception {
        EventId first = publish("a");
        publish("b");
        publish("c");
        RawSseClient client = ask(serve(), "/events", "resumed", "Last-Event-ID: " + first);
        assertThat(data(client, 2)).containsExactly("b", "c");
        assertThat(client.unheard())
                .containsExactly(new Event("stream-open", "{\"resume\":\"resumed\"}", first.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lastEventId", "last_event_id", "Last-Event-ID", "lastEventID", "evs_last_event_id"})
    void eachQueryParameterResumes(String name) throws Exception {
        EventId first = publish("a");
        publish("b");
        assertThat(data(ask(serve(), "/events?" + name + "=" + first, "resumed"), 1))
                .containsExactly("b");
    }

    @Test
    void theHeaderWinsOverTheQuery() throws Exception {
        EventId first = publish("a");
        EventId second = publish("b");
        publish("c");
        RawSseClient client = ask(serve(), "/events?lastEventId=" + first, "resumed", "Last-Event-ID: " + second);
        assertThat(data(client, 1)).containsExactly("c");
    }

    @Test
    void anEmptyHeaderLeavesTheWordToTheQuery() throws Exception {
        EventId first = publish("a");
        publish("b");
        RawSseClient client = ask(serve(), "/events?lastEventId=" + first, "resumed", "Last-Event-ID:");
        assertThat(data(client, 1)).containsExactly("b");
    }

    @Test
    void ofRepeatedParametersTheLastThatIsNotEmptyCounts() throws Exception {
        EventId first = publish("a");
        EventId second = publish("b");
        publish("c");
        String path = "/events?lastEventId=" + first + "&lastEventId=" + second + "&lastEventId=";
        assertThat(data(ask(serve(), path, "resumed"), 1)).containsExactly("c");
    }

    @Test
    void theNamesOfPolyfillsCountBehindTheOthers() throws Exception {
        EventId first = publish("a");
        EventId second = publish("b");
        publish("c");
        String path = "/events?evs_last_event_id=" + first + "&lastEventID=" + first + "&lastEventId=";
        assertThat(data(ask(serve(), path + second, "resumed"), 1)).containsExactly("c");
        assertThat(data(ask(serve(), path, "resumed"), 1)).containsExactly("b");
    }

    @Test
    void earliestAsksForAllThatIsRetained() throws Exception {
        publish("a");
        publish("b");
        assertThat(data(ask(serve(), "/events?lastEventId=earliest", "resumed"), 2))
                .containsExactly("a", "b");
    }

    @Test
    void oneIdResumesSeveralTopicsInTheirOrder() throws Exception {
        EventId first = publish("a");
        hub.publish("u", SseEvent.of("b"));
        publish("c");
        SseServer server = serve(request -> SseReply.subscribe(hub, "u", "t"));
        assertThat(data(ask(server, "/events", "resumed", "Last-Event-ID: " + first), 2))
                .containsExactly("b", "c");
    }

    @Test
    void aTextThatIsNoIdIsResetAndGetsWhatIsRetained() throws Exception {
        EventId first = publish("a");
        EventId last = publish("b");
        RawSseClient client = ask(serve(), "/events", "reset", "Last-Event-ID: banana");
        Event reset = client.readEvent();
        assertThat(reset.type()).isEqualTo("stream-reset");
        assertThat(reset.data())
                .isEqualTo("{\"reason\":\"unknown\",\"requested\":\"banana\",\"earliest\":\"" + first
                        + "\",\"latest\":\"" + last + "\"}");
        assertThat(data(client, 2)).containsExactly("a", "b");
        assertThat(client.unheard()).isEmpty();
    }

    @Test
    void anIdAheadOfTheHubIsReset() throws Exception {
        EventId last = publish("a");
        String ahead = (last.millis() + 1_000_000) + "-" + last.sequence();
        RawSseClient client = ask(serve(), "/events", "reset", "Last-Event-ID: " + ahead);
        assertThat(client.readEvent().data()).startsWith("{\"reason\":\"ahead\",\"requested\":\"" + ahead + "\"");
        assertThat(data(client, 1)).containsExactly("a");
    }

    @Test
    void anIdFromBeforeTheHubIsReset() throws Exception {
        publish("a");
        RawSseClient client = ask(serve(), "/events", "reset", "Last-Event-ID: 1-0");
        assertThat(client.readEvent().data()).startsWith("{\"reason\":\"unknown\",\"requested\":\"1-0\"");
        assertThat(data(client, 1)).containsExactly("a");
    }

    @Test
    void anEvictedIdIsReset() throws Exception {
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(2).build())
                .build();
        EventId first = publish("a");
        publish("b");
        publish("c");
        EventId earliest = publish("d");
        EventId last = publish("e");
        RawSseClient client = ask(serve(), "/events", "reset", "Last-Event-ID: " + first);
        assertThat(client.readEvent().data())
                .isEqualTo("{\"reason\":\"evicted\",\"requested\":\"" + first + "\",\"earliest\":\"" + earliest
                        + "\",\"latest\":\"" + last + "\"}");
        assertThat(data(client, 2)).containsExactly("d", "e");
    }

    @Test
    void theIdOfAResetResumesWithTheSame() throws Exception {
        publish("a");
        SseServer server = serve();
        RawSseClient client = ask(server, "/events", "reset", "Last-Event-ID: banana");
        String id = client.readEvent().lastEventId();
        assertThat(data(ask(server, "/events", "resumed", "Last-Event-ID: " + id), 1))
                .containsExactly("a");
    }

    @Test
    void aResetOfAnEmptyTopicTellsThatNothingIsRetained() throws Exception {
        RawSseClient client = ask(serve(), "/events", "reset", "Last-Event-ID: banana");
        assertThat(client.readEvent().data())
                .isEqualTo("{\"reason\":\"unknown\",\"requested\":\"banana\",\"earliest\":null,\"latest\":\""
                        + hub.latest() + "\"}");
    }

    @Test
    void anOwnIdStaysOnTheWireAndResumes() throws Exception {
        publish(SseEvent.builder().id("order-7").data("a").build());
        publish(SseEvent.builder().id("order-8").data("b").build());
        Event event =
                ask(serve(), "/events", "resumed", "Last-Event-ID: order-7").readEvent();
        assertThat(event.data()).isEqualTo("b");
        assertThat(event.lastEventId()).isEqualTo("order-8");
    }

    @Test
    void anOwnIdThatIsNotAsciiResumesByHeader() throws Exception {
        publish(SseEvent.builder().id(TWO_BYTES_EACH).data("a").build());
        publish("b");
        String bytes = new String(TWO_BYTES_EACH.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(data(ask(serve(), "/events", "resumed", "Last-Event-ID: " + bytes), 1))
                .containsExactly("b");
    }

    @Test
    void anOwnIdThatIsNotAsciiResumesByQuery() throws Exception {
        publish(SseEvent.builder().id(TWO_BYTES_EACH).data("a").build());
        publish("b");
        String path = "/events?lastEventId=" + URLEncoder.encode(TWO_BYTES_EACH, StandardCharsets.UTF_8);
        assertThat(data(ask(serve(), path, "resumed"), 1)).containsExactly("b");
    }

    @Test
    void fromCountsWhereTheClientNamesNoId() throws Exception {
        EventId first = publish("a");
        publish("b");
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").from(first));
        assertThat(data(ask(server, "/events", "fresh"), 1)).containsExactly("b");
    }

    @Test
    void fromDoesNotCountWhereTheClientNamesAnId() throws Exception {
        EventId first = publish("a");
        EventId second = publish("b");
        publish("c");
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").from(first));
        assertThat(data(ask(server, "/events", "resumed", "Last-Event-ID: " + second), 1))
                .containsExactly("c");
    }
}
