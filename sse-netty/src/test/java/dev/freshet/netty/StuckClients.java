package dev.freshet.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.netty.IncomingBackpressureUnreadTest.Client;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ServerChannel;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;

/** A server with a long log and little room for what waits, and clients that read nothing. */
abstract class StuckClients extends ServerFixture {
    static final long BOUND = 256 << 10;
    static final int STUCK = 24;
    static final int EVENTS = 4_000;
    static final int SOCKET_BYTES = 4 << 10;
    static final String EVENT = "x".repeat(1 << 10);

    final Recorder recorder = new Recorder();
    /** In this order. */
    final BlockingQueue<SseConnection> closed = new LinkedBlockingQueue<>();

    final List<EventId> ids = new ArrayList<>();

    @BeforeEach
    void publishAll() {
        for (int i = 0; i < EVENTS; i++) {
            ids.add(publish(EVENT));
        }
    }

    SseServer.Builder builder(boolean tls) throws Exception {
        SseServer.Builder builder = tls ? local().tls(Tls.server()) : local();
        return builder.limits(closingSoon().unsentBytes(BOUND).build())
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        recorder.opened(connection, outcome);
                    }

                    @Override
                    public void lagged(SseConnection connection) {
                        recorder.lagged(connection);
                    }

                    @Override
                    public void closed(SseConnection connection, CloseReason reason) {
                        closed.add(connection);
                        recorder.closed(connection, reason);
                    }
                })
                .requests(StuckClients::bufferLittle)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    /** In the kernel. */
    static void bufferLittle(ChannelPipeline requests) {
        Channel channel = requests.channel();
        (channel.parent() instanceof ServerChannel ? channel : channel.parent())
                .config()
                .setOption(ChannelOption.SO_SNDBUF, SOCKET_BYTES);
    }

    /** A client that reads nothing, and has come back to behind this event. */
    Socket stuck(SseServer server, Client kind, int event) throws Exception {
        return stuck(server, kind, ids.get(event).toString());
    }

    Socket stuck(SseServer server, Client kind, String lastEventId) throws Exception {
        Socket socket = keep(kind.connect(server.address().getPort(), SOCKET_BYTES));
        String path = "/events?lastEventId=" + lastEventId;
        if (kind.isHttp1()) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
        } else {
            socket.getOutputStream().write(Http2Bytes.begin());
            socket.getOutputStream().write(Http2Bytes.request(1, path));
        }
        return socket;
    }

    static StreamLoop streamLoopOf(SseConnection connection) {
        return ((StreamBase) connection).loop;
    }

    static long held(StreamLoop loop) throws Exception {
        return on(loop, () -> loop.unsent().held());
    }

    static <T> T on(StreamLoop loop, Callable<T> task) throws Exception {
        return loop.eventLoop().submit(task).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** As if so much waited that there is too much, but not twice as much. */
    static void fill(StreamLoop loop) throws Exception {
        on(loop, () -> {
            loop.unsent().changed(BOUND + 1);
            return null;
        });
    }
}
