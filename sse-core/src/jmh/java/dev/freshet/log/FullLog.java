package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The logs of some topics, with small events published to them in turn, for the benches to read. */
final class FullLog {
    private static final byte[] EVENT =
            "event: tick\ndata: {\"symbol\":\"ACME\",\"price\":12.3,\"size\":100}\n".getBytes(StandardCharsets.UTF_8);

    private final HubLog log;
    private final List<String> topics = new ArrayList<>();
    private final List<EventId> ids = new ArrayList<>();

    FullLog(int topicCount, int events) {
        Retention retention = Retention.builder()
                .maxEvents(events)
                .maxBytes(256L << 20)
                .maxAge(Duration.ofDays(365))
                .hubBytes(512L << 20)
                .build();
        log = new HubLog(retention, InstantSource.fixed(Instant.EPOCH.plusSeconds(1000)), new EventId(1, 0));
        for (int i = 0; i < topicCount; i++) {
            topics.add("topic-" + i);
        }
        for (int i = 0; i < events; i++) {
            ids.add(log.append(topics.get(i % topicCount), EVENT, null));
        }
    }

    /** The position after which so many events were published. */
    EventId position(int behind) {
        return ids.get(ids.size() - 1 - behind);
    }

    /** Cursors at the position, one for each topic. */
    TopicCursor[] cursors(EventId position) {
        return topics.stream()
                .map(topic -> log.open(List.of(topic), StartRequest.latest().lastEventId(position.toString()))
                        .cursor())
                .toArray(TopicCursor[]::new);
    }

    HubLog log() {
        return log;
    }

    List<String> topics() {
        return topics;
    }
}
