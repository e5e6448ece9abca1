package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Chromium over TLS, and so over HTTP/2: more streams than the six that it opens to one origin over HTTP/1.1. */
class Http2ChromiumTest extends BrowserFixture {
    private static final int STREAMS = 200;

    private final Recorder recorder = new Recorder();
    private final HandPublisher answer = new HandPublisher();

    private SseServer open() throws Exception {
        SseServer server = start(local().tls(Tls.server())
                .listener(recorder)
                .retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/answers", request -> SseReply.stream(answer))
                .requests(pipeline -> pipeline.addLast(new EventSourcePage())));
        chromium().open("https://localhost:" + server.address().getPort() + EventSourcePage.PATH);
        return server;
    }

    @Test
    void twoHundredEventSourcesOfOnePageReceiveOverOneConnection() throws Exception {
        SseServer server = open();
        chromium()
                .run(
                        "follow('/events'); window.received = 0; window.all = [source];"
                                + "while (all.length < arguments[0]) all.push(new EventSource('/events'));"
                                + "all.forEach(s => s.addEventListener('message', () => received++)); return true",
                        STREAMS);
        Set<SocketAddress> sockets = new HashSet<>();
        for (int i = 0; i < STREAMS; i++) {
            SseConnection connection = recorder.nextOpened();
            assertThat(((HubStream) connection).channel).isInstanceOf(Http2StreamChannel.class);
            sockets.add(connection.remoteAddress());
        }
        assertThat(sockets).hasSize(1);
        publish("first");
        chromium().await("return received === arguments[0]", STREAMS);
        publish("second");
        chromium().await("return received === 2 * arguments[0]", STREAMS);
        chromium().run("all.forEach(s => s.close()); return true");
        for (int i = 0; i < STREAMS; i++) {
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        }
        assertThat(server.connections().count()).isZero();
    }

    @Test
    void anEventSourceThatIsCutResumes() throws Exception {
        SseServer server = open();
        chromium().run("follow('/events'); return true");
        recorder.nextOpened();
        publish("first");
        chromium().await("return events.length === 1");
        server.connections().close(connection -> true);
        recorder.nextClosed();
        publish("missed");
        chromium().await("return events.length === 2");
        assertThat(chromium().run("return events.map(e => e.data).join()")).isEqualTo("first,missed");
        assertThat(chromium().run("return opens")).isEqualTo(2L);
    }

    @Test
    void aFetchReadsTheStreamAsItComes() throws Exception {
        open();
        chromium().run("ask('/events'); return true");
        recorder.nextOpened();
        for (String data : new String[] {"one", "two", "three"}) { // each only when the one before has arrived
            publish(data);
            chromium().await("return answer.text.includes('data: ' + arguments[0] + '\\n')", data);
        }
    }

    @Test
    void aFetchPostsAndReadsTheAnswerToItsEnd() throws Exception {
        open();
        chromium().run("""
                window.text = '';
                window.ended = false;
                (async () => {
                    const response = await fetch('/answers', {method: 'POST', body: 'question'});
                    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
                    for (let part = await reader.read(); !part.done; part = await reader.read()) {
                        text += part.value;
                    }
                    ended = true;
                })();
                return true""");
        SseConnection connection = recorder.nextOpened();
        assertThat(((PublisherStream) connection).channel).isInstanceOf(Http2StreamChannel.class);
        answer.nextAsked();
        for (String data : new String[] {"question", "two", "three"}) { // each only when the one before has arrived
            answer.subscriber().onNext(SseEvent.of(data));
            chromium().await("return text.endsWith('data: ' + arguments[0] + '\\n\\n') && !ended", data);
        }
        answer.subscriber().onComplete();
        chromium().await("return ended");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }
}
