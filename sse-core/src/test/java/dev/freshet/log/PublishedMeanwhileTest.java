package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An event that is published, and the hub closed, after a reader has found no event and before it looks for an end. */
class PublishedMeanwhileTest {
    private final HubLog hub = TestLogs.inMemory(Retention.defaults(), new TestClock());

    /** The hub as its readers see it; at the first look whether it is closed it is not yet, and then it is. */
    private final class Closing implements Cursor.Owner {
        @Override
        public EventId latest() {
            return hub.latest();
        }

        @Override
        public boolean isClosed() {
            if (!hub.isClosed()) {
                hub.append("a", body("1"), null);
                hub.close();
            }
            return hub.isClosed();
        }

        @Override
        public Reset skip(Cursor cursor, EventId last) {
            return hub.cursors().skip(cursor, last);
        }

        @Override
        public void close(Cursor cursor) {
            hub.cursors().close(cursor);
        }
    }

    private final Cursor.Owner owner = new Closing();

    private TopicCursor cursor(String topic) {
        TopicLog log =
                hub.open(List.of(topic), StartRequest.latest()).cursor().logs().get(0);
        return new TopicCursor(owner, log, hub.latest(), log.tail(), log.tail().count());
    }

    private void assertThatTheEventIsReadBeforeTheEnd(Cursor cursor) {
        assertThat(dataOn(cursor)).containsExactly("1");
        assertThat(cursor.next(100, null)).isSameAs(Batch.CLOSED);
        cursor.close();
        assertThat(hub.topic("a").followers()).isZero();
    }

    @Test
    void aReaderOfOneTopicReadsTheEventBeforeTheEnd() {
        assertThatTheEventIsReadBeforeTheEnd(cursor("a"));
    }

    @Test
    void aReaderOfSeveralTopicsReadsTheEventBeforeTheEnd() {
        assertThatTheEventIsReadBeforeTheEnd(
                new MergedCursor(owner, hub.latest(), new TopicCursor[] {cursor("a"), cursor("b")}));
    }
}
