package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A request that is an endpoint's, and what its answer needs to know of it. Confined to the channel's event loop. */
final class Asked {
    final HttpRequest request;
    final Routes.Match match;
    final BodyReader body;
    final SocketAddress remote;
    /** The remote address, or the one that a trusted proxy tells. */
    final SocketAddress client;

    final @Nullable SSLSession tlsSession;

    private HttpHeaders answerHeaders = EmptyHttpHeaders.INSTANCE;

    /** Once the endpoint was asked. */
    @Nullable
    String lastEventId;

    /** What to refuse its head with, or null. In a pipeline of others they say what they let pass. */
    final @Nullable Refuse malformed;

    /** From where it comes. */
    final Source source;

    Asked(HttpRequest request, Routes.Match match, Channel channel, Options options, boolean ownServer) {
        this.request = request;
        this.match = match;
        this.body = new BodyReader(options.limits().bodyBytes());
        this.remote = channel.remoteAddress();
        this.malformed = Access.malformed(request, channel, ownServer);
        SslHandler tls = Source.tls(channel);
        this.tlsSession = tls == null ? null : tls.engine().getSession();
        this.source = Source.of(request, match.target().authority(), channel);
        this.client = options.access().client(request.headers(), remote);
    }

    /** Ends the wait for an answer that is to come. */
    @Nullable
    Future<?> patience;

    /** For every answer to this request: a stream's head and a refusal alike. Not to be changed. */
    HttpHeaders answerHeaders() {
        return answerHeaders;
    }

    void answerWith(CharSequence name, Object value) {
        if (answerHeaders == EmptyHttpHeaders.INSTANCE) {
            answerHeaders = new DefaultHttpHeaders();
        }
        answerHeaders.set(name, value);
    }

    /** Where it goes, for the log: as it came, which has no line breaks, and without the query, which may have secrets. */
    String place() {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

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
