package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.log.FollowerListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An application is told whether anybody watches. */
class HubStreamFollowersTest extends ServerFixture {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private void assertTold(String what) throws InterruptedException {
        assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(what);
    }

    @Test
    void theFirstClientAndTheEndOfTheLastAreTold() throws Exception {
        hub.onFollowers("t", new FollowerListener() {
            @Override
            public void first(String topic) {
                told.add("first");
            }

            @Override
            public void last(String topic) {
                told.add("last");
            }
        });
        SseServer server = serve();
        RawSseClient one = follower(server);
        assertTold("first");
        RawSseClient two = follower(server);
        one.close();
        two.close();
        assertTold("last");
        follower(server);
        assertTold("first");
        server.close();
        assertTold("last");
        assertThat(told).isEmpty();
    }
}
