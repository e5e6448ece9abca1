package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnThreadTest {
    @Test
    void itIsTheFirstThreadThatAsks() throws Exception {
        OwnThread own = new OwnThread();
        assertThat(own.isCurrent()).isTrue();
        assertThat(own.isCurrent()).isTrue();

        CompletableFuture<Boolean> other = new CompletableFuture<>();
        Thread thread = new Thread(() -> other.complete(own.isCurrent()));
        thread.start();
        assertThat(other.get()).isFalse();
        thread.join();
        assertThat(own.isCurrent()).isTrue();
    }
}
