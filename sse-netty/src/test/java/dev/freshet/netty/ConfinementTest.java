package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ConfinedTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfinementTest {
    @Test
    void everyTypeThatIsConfinedAssertsThatItIs() {
        Path sources = TestNamesTest.sourceFolder("main");
        assertThat(ConfinedTypes.all(sources)).contains("RequestHandler", "HubLoop", "Link");
        assertThat(ConfinedTypes.unasserted(sources)).isEmpty();
    }
}
