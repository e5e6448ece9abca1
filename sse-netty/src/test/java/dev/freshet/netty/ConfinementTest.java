package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.ConfinedTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfinementTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void everyTypeThatIsConfinedAssertsThatItIs() {
        assertThat(ConfinedTypes.all(SOURCES)).contains("RequestHandler", "HubLoop", "Link");
        assertThat(ConfinedTypes.unasserted(SOURCES)).isEmpty();
    }
}
