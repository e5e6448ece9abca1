package dev.freshet.examples.load.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.examples.load.client.LoadException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerChildTest {

    @Test
    void aServerThatDoesNotGetReadyIsEndedAndTold() {
        assertThatThrownBy(() -> ServerChild.start("ours", Mute.class, "relay", List.of()))
                .isInstanceOf(LoadException.class)
                .hasMessage("cannot start relay: not today");
    }

    /** A program that never is ready. */
    static final class Mute {

        private Mute() {}

        @SuppressWarnings("SystemOut") // what its starter reads
        public static void main(String[] arguments) {
            System.out.println("not today");
        }
    }
}
