package dev.freshet.netty;

import dev.freshet.harness.Chromium;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The EventSource of a page in Chromium. */
final class ChromiumClient implements RealClient {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private static final String SCRIPT = """
            window.told = [];
            window.sources = {};
            window.followStream = (stream, url, types) => {
                const source = window.sources[stream] = new EventSource(url);
                for (const type of types) {
                    source.addEventListener(type, e => told.push([stream, e.type, e.lastEventId, e.data]));
                }
                source.onerror = () => told.push([stream, String(source.readyState)]);
            };
            return true;
            """;

    private final Chromium chromium;
    private final Thread looking;
    private volatile boolean closed;

    private ChromiumClient(Chromium chromium, Function<String, Told> streams) {
        this.chromium = chromium;
        this.looking = new Thread(() -> look(streams), "chromium");
    }

    /** Starts one on a page of a server that has {@link EventSourcePage}. */
    static RealClient on(URI page, Function<String, Told> streams) throws IOException {
        Chromium chromium = Chromium.start("--ignore-certificate-errors");
        ChromiumClient client = new ChromiumClient(chromium, streams);
        chromium.open(page.toString());
        client.run(SCRIPT);
        client.looking.start();
        return client;
    }

    private Object run(String script, Object... arguments) {
        synchronized (chromium) {
            return chromium.run(script, arguments);
        }
    }

    private void look(Function<String, Told> streams) {
        while (!closed) {
            for (Object some : (List<?>) run("return told.splice(0, 5000);")) {
                List<?> fields = (List<?>) some;
                Told told = streams.apply((String) fields.get(0));
                if (fields.size() == 2) {
                    told.error("readyState " + fields.get(1));
                } else {
                    told.event((String) fields.get(1), (String) fields.get(2), (String) fields.get(3));
                }
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    @Override
    public void follow(String stream, URI uri) {
        run(
                "followStream(arguments[0], arguments[1], arguments[2]); return true;",
                stream,
                uri.toString(),
                List.of("message", Told.TICK, Told.OPEN, Told.RESET));
    }

    @Override
    public void leave(String stream) {
        run("sources[arguments[0]].close(); return true;", stream);
    }

    @Override
    public void close() throws Exception {
        closed = true;
        looking.join();
        chromium.close();
    }
}
