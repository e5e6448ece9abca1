package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2StreamChannel;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Chromium over TLS, and so over HTTP/2: more streams than the six that it opens to one origin over HTTP/1.1. */
class ChromiumHttp2Test extends BrowserFixture {
    private static final int STREAMS = 200;

    private final Recorder recorder = new Recorder();

    private SseServer open() throws Exception {
        SseServer server = start(local().tls(Tls.server())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
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
            assertThat(((StreamConnection) connection).channel).isInstanceOf(Http2StreamChannel.class);
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
}
