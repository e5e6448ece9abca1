package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.lang.ref.WeakReference;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** An open stream does not keep the request that it answers. Covers {@link RequestContext}. */
class RequestContextKeptTest extends ServerFixture {
    private static final int MOST_COLLECTIONS = 100;

    private static WeakReference<Object> request(EmbeddedChannel channel, String path) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers().set("Host", "h");
        WeakReference<Object> kept = new WeakReference<>(request.headers());
        channel.writeInbound(request);
        return kept;
    }

    static boolean isCollected(WeakReference<?> reference) {
        for (int i = 0; i < MOST_COLLECTIONS && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }

    @Test
    void aHubsStreamDoesNotKeepIt() {
        EmbeddedChannel channel = new EmbeddedChannel(SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build());
        assertThat(isCollected(request(channel, "/events"))).isTrue();
        assertThat(channel.isActive()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void aFiniteStreamDoesNotKeepIt() {
        EmbeddedChannel channel = new EmbeddedChannel(SseHandler.builder()
                .endpoint(
                        "/events",
                        request -> SseReply.stream(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                            @Override
                            public void request(long n) {}

                            @Override
                            public void cancel() {}
                        })))
                .build());
        assertThat(isCollected(request(channel, "/events"))).isTrue();
        assertThat(channel.isActive()).isTrue();
        channel.finishAndReleaseAll();
    }
}
