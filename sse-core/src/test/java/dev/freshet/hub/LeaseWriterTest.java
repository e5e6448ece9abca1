package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.LogReader;
import dev.freshet.log.LogEntry.Kind;
import dev.freshet.log.TopicEndedException;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done and logged about the entries of leases. */
class LeaseWriterTest extends LeasePartsFixture {
    private static final String ENDED = "topic \"answers/1\": ended, because its node has not renewed its lease";

    @RegisterExtension
    final LogReader logged = new LogReader();

    private final DueTopics.Open topic = new DueTopics.Open(TOPIC, START, lease, 0);
    private int ended;
    private int notKept;

    private void end(DueTopics.Open which) {
        writer.end(which, () -> ended++, () -> notKept++);
    }

    @Test
    void anEndThatIsKeptIsLoggedOnceInAWhile() {
        end(topic);
        assertThat(logged.text()).containsOnlyOnce(ENDED);
        end(topic);
        assertThat(logged.text()).containsOnlyOnce(ENDED);
        assertThat(ended + notKept).isZero();
        assertThat(appended).allMatch(entry -> START.equals(entry.start()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfATopicThatHasEndedIsNotLogged(boolean isWrapped) {
        TopicEndedException failure = new TopicEndedException(TOPIC);
        fail(Kind.LAST, isWrapped ? new CompletionException(failure) : failure);
        end(topic);
        assertThat(ended).isOne();
        assertThat(notKept).isZero();
        assertThat(logged.text()).doesNotContain("answers/1", "is not kept");
    }

    @Test
    void anEndThatIsNotKeptIsLoggedWithItsCause() {
        fail(Kind.LAST, new IOException("full"));
        end(topic);
        assertThat(notKept).isOne();
        assertThat(ended).isZero();
        assertThat(logged.text()).contains("topic \"answers/1\": LAST is not kept: java.io.IOException: full");
    }

    @Test
    void anEndForWhichTheStoreThrowsIsNotKept() {
        answer = entry -> {
            throw new IllegalStateException("as the test wants");
        };
        end(topic);
        assertThat(notKept).isOne();
    }

    @Test
    void theNameOfATopicIsEscapedInTheLog() {
        end(new DueTopics.Open("answers/\nWARN forged", START, lease, 0));
        assertThat(logged.text()).contains("topic \"answers/\\nWARN forged\": ended");
    }

    @Test
    void renewalsThatAreNotKeptAreLoggedOnceInAWhile() {
        fail(Kind.RENEWAL, new IOException("full"));
        assertThat(writer.write(Kind.RENEWAL, List.of(topic), () -> notKept++)).isCompletedExceptionally();
        writer.write(Kind.RENEWAL, List.of(topic), () -> notKept++);
        assertThat(notKept).isEqualTo(2);
        assertThat(logged.text()).containsOnlyOnce("open topics: RENEWAL is not kept: java.io.IOException: full");
    }

    @Test
    void renewalsThatAreKeptAreNotLogged() {
        assertThat(writer.write(Kind.RENEWAL, List.of(topic), () -> notKept++)).isCompleted();
        assertThat(notKept).isZero();
        assertThat(logged.text()).doesNotContain("answers/1", "is not kept");
    }

    @Test
    void whatIsNotKeptAfterTheCloseIsNotLogged() {
        fail(Kind.RENEWAL, new IOException("full"));
        writer.close();
        writer.write(Kind.RENEWAL, List.of(topic), () -> notKept++);
        assertThat(notKept).isOne();
        assertThat(logged.text()).doesNotContain("answers/1", "is not kept");
    }

    @Test
    void anEntryThatNoHubHasWrittenIsLoggedOnceInAWhile() {
        StoredEntry entry = new StoredEntry(StoredEntry.Kind.PROBE, "", new byte[0], null, null);
        writer.warnMalformed(entry, new IOException("short"));
        writer.warnMalformed(entry, new IOException("short"));
        assertThat(logged.text()).containsOnlyOnce("store: a PROBE is not of a hub: java.io.IOException: short");
    }

    @Test
    void aNodeThatIsAskedAgainIsLoggedOnceInAWhile() {
        writer.warnProbedAgain(topic, 1_000_000_000);
        writer.warnProbedAgain(topic, 1_000_000_000);
        assertThat(logged.text()).containsOnlyOnce("asked again").contains("took PT1S to deliver the probe");
    }
}
