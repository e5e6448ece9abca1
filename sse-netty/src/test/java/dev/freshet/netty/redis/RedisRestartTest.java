package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Redis ends, and is started again with its append-only file. */
class RedisRestartTest extends RedisFixture {
    @Override
    String[] options() {
        return new String[] {"--appendonly", "yes"};
    }

    @Test
    void whatWasAppendedIsThereAndWhatWaitsIsAppendedThen() throws Exception {
        EventStore one = store();
        EventStore other = store();
        Told byOne = tail(one);
        Told byOther = tail(other);
        append(one, "before");
        assertThat(byOne.nextData(1)).containsExactly("before");

        redis.stop();
        CompletableFuture<EventId> meanwhile = appending(other, "meanwhile");
        redis.startAgain();

        get(meanwhile);
        append(one, "after");
        assertThat(byOne.nextData(2)).containsExactly("meanwhile", "after");
        assertThat(byOther.nextData(3)).containsExactly("before", "meanwhile", "after");
    }
}
