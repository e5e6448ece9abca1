package dev.freshet.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakGateTest {

    @Test
    void aBufferThatIsNotReleasedIsReported() {
        leak();
        List<String> leaks = new ArrayList<>();
        for (int i = 0; i < 20 && leaks.isEmpty(); i++) {
            leaks.addAll(LeakGate.drain());
        }
        assertThat(leaks).isNotEmpty();
        assertThat(leaks.get(0)).contains("LeakGateTest");
    }

    @Test
    void aBufferThatIsReleasedIsNotReported() {
        Unpooled.directBuffer(16).release();
        assertThat(LeakGate.drain()).isEmpty();
    }

    private static void leak() {
        Unpooled.directBuffer(16).writeByte(1);
    }
}
