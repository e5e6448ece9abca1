package dev.freshet.drivers;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;

/**
 * OkHttp's own okhttp-sse. It does not reconnect by itself, so the request is repeated with the last id that it
 * reported.
 */
final class OkHttpSseClient implements Client {
    private final EventSource.Factory factory;
    private final Told told;
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final ScheduledExecutorService again = Executors.newSingleThreadScheduledExecutor();

    OkHttpSseClient(OkHttp okHttp, Told told) {
        OkHttpClient.Builder client = new OkHttpClient.Builder();
        okHttp.prepare(client);
        this.factory = EventSources.createFactory(client.build());
        this.told = told;
    }

    @Override
    public void follow(String stream, URI uri) {
        Stream own = new Stream(stream, uri);
        streams.put(stream, own);
        own.ask();
    }

    @Override
    public void leave(String stream) {
        streams.remove(stream).source.cancel();
    }

    private final class Stream extends EventSourceListener {
        private final String name;
        private final URI uri;
        private volatile String lastEventId;
        private volatile EventSource source;

        Stream(String name, URI uri) {
            this.name = name;
            this.uri = uri;
        }

        void ask() {
            Request.Builder request = new Request.Builder().url(uri.toString());
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            source = factory.newEventSource(request.build(), this);
        }

        @Override
        public void onEvent(EventSource from, String id, String type, String data) {
            if (id != null) {
                lastEventId = id;
            }
            told.event(name, type == null ? "message" : type, id, data);
        }

        @Override
        public void onClosed(EventSource from) {
            askAgain();
        }

        @Override
        public void onFailure(EventSource from, Throwable cause, Response response) {
            told.error(name, cause);
            askAgain();
        }

        private void askAgain() {
            if (streams.get(name) == this) {
                again.schedule(this::ask, OkHttp.DELAY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
