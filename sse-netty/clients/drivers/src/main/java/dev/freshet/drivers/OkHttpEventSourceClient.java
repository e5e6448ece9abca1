package dev.freshet.drivers;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.FaultEvent;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.RetryDelayStrategy;
import com.launchdarkly.eventsource.StreamEvent;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** LaunchDarkly's okhttp-eventsource, which reconnects by itself. */
final class OkHttpEventSourceClient implements Client {
    private final OkHttp okHttp;
    private final Told told;
    private final Map<String, EventSource> sources = new ConcurrentHashMap<>();

    OkHttpEventSourceClient(OkHttp okHttp, Told told) {
        this.okHttp = okHttp;
        this.told = told;
    }

    @Override
    public void follow(String stream, URI uri) {
        EventSource source = new EventSource.Builder(ConnectStrategy.http(uri).clientBuilderActions(okHttp::prepare))
                .errorStrategy(ErrorStrategy.alwaysContinue())
                .retryDelay(OkHttp.DELAY.toMillis(), TimeUnit.MILLISECONDS)
                .retryDelayStrategy(RetryDelayStrategy.defaultStrategy().backoffMultiplier(1))
                .build();
        sources.put(stream, source);
        new Thread(() -> read(stream, source), stream).start();
    }

    private void read(String stream, EventSource source) {
        for (StreamEvent any : source.anyEvents()) {
            if (any instanceof MessageEvent event) {
                told.event(stream, event.getEventName(), event.getLastEventId(), event.getData());
            } else if (any instanceof FaultEvent fault) {
                told.error(stream, fault.getCause());
            }
        }
    }

    @Override
    public void leave(String stream) {
        sources.remove(stream).close();
    }
}
