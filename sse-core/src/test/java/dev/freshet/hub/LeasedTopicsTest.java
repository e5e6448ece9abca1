package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.freshet.event.EventId;
import dev.freshet.hub.LeasedTopics.Leased;
import dev.freshet.log.LogEntry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeasedTopicsTest {
    private static final EventId START = new EventId(3, 5);
    /** How many topics of 32 bytes make an entry full. */
    private static final int FULL = 1024;

    private static List<LogEntry> entries(int topics) {
        TopicLease lease = new TopicLease(TopicLeasesFixture.TIME, TopicLeasesFixture.LAST);
        List<DueTopics.Open> open = new ArrayList<>();
        for (int i = 0; i < topics; i++) {
            open.add(new DueTopics.Open("topic-%08d".formatted(i), START, lease, 0));
        }
        return LeasedTopics.entries(LogEntry.Kind.PROBE, open);
    }

    private static byte[] body(long millis, long sequence, String topic) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(millis);
        out.writeLong(sequence);
        out.writeUTF(topic);
        return bytes.toByteArray();
    }

    @Test
    void noTopicsAreNoEntry() throws IOException {
        assertThat(entries(0)).isEmpty();
        assertThat(LeasedTopics.read(new byte[0])).isEmpty();
    }

    @Test
    void topicsAreReadAsTheyWereWritten() throws IOException {
        List<LogEntry> entries = entries(2);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).kind()).isEqualTo(LogEntry.Kind.PROBE);
        assertThat(entries.get(0).topic()).isEmpty();
        assertThat(LeasedTopics.read(entries.get(0).encoded()))
                .containsExactly(new Leased("topic-00000000", START), new Leased("topic-00000001", START));
    }

    @Test
    void topicsThatFillAnEntryAreOneEntry() throws IOException {
        List<LogEntry> entries = entries(FULL);
        assertThat(entries).hasSize(1);
        assertThat(LeasedTopics.read(entries.get(0).encoded())).hasSize(FULL);
    }

    @Test
    void aTopicMoreThanFillsAnEntryIsInAnotherOne() throws IOException {
        List<LogEntry> entries = entries(FULL + 1);
        assertThat(entries).hasSize(2);
        assertThat(LeasedTopics.read(entries.get(0).encoded())).hasSize(FULL);
        assertThat(LeasedTopics.read(entries.get(1).encoded())).containsExactly(new Leased("topic-00001024", START));
    }

    @Test
    void theLongestNameAndTheLowestStartAreRead() throws IOException {
        String longest = "x".repeat(Entries.LONGEST_TOPIC);
        assertThat(LeasedTopics.read(body(0, 0, longest))).containsExactly(new Leased(longest, new EventId(0, 0)));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1", "0, -1, 1", "0, 0, 0", "0, 0, 1025"})
    void aTopicThatNoHubCanHaveIsRefused(long millis, long sequence, int length) {
        assertThatIOException()
                .isThrownBy(() -> LeasedTopics.read(body(millis, sequence, "x".repeat(length))))
                .withMessage("topic: " + length + " characters, started at " + millis + "-" + sequence);
    }
}
