package dev.freshet.netty;

import dev.freshet.fixtures.CuttingProxy.Cut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the streams of one client are told, and the threads that judge them. Thread-safe. */
final class ClientRun {
    private final Map<String, Told> streams = new ConcurrentHashMap<>();

    Told told(String stream) {
        return streams.computeIfAbsent(stream, any -> new Told());
    }

    /** One way and the other by turns. */
    static Cut cut(int number) {
        return number % 2 == 0 ? Cut.FIN : Cut.RST;
    }

    /** Calls all at once, each on a thread of its own. */
    static <T> List<T> all(List<? extends Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
