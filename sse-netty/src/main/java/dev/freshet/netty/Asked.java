package dev.freshet.netty;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A request that is an endpoint's, and what its answer needs to know of it. Confined to the channel's event loop. */
final class Asked {
    final HttpRequest request;
    final Routes.Match match;
    final BodyReader body;
    final SocketAddress remote;
    /** The remote address, or the one that a trusted proxy tells. */
    final SocketAddress client;
    /** For every answer to this request: a stream's head and a refusal alike. */
    final HttpHeaders answerHeaders = new DefaultHttpHeaders();

    /** Once the endpoint was asked. */
    @Nullable
    String lastEventId;

    Asked(HttpRequest request, Routes.Match match, SocketAddress remote, Options options) {
        this.request = request;
        this.match = match;
        this.body = new BodyReader(options.limits().bodyBytes());
        this.remote = remote;
        this.client = options.access().client(request.headers(), remote);
    }

    /** Ends the wait for an answer that is to come. */
    @Nullable
    Future<?> patience;

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Null where there is none for the method. */
    @Nullable
    SseEndpoint endpoint() {
        return match.endpoint(request.method().name());
    }

    /** The answer is there, or nobody waits for it. */
    void settled() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
