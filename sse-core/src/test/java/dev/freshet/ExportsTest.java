package dev.freshet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The packages that the module of the core exports. */
class ExportsTest {
    @Test
    void whatIsSharedWithTheTransportIsExportedToItOnly() throws Exception {
        URI classes =
                SseHub.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        ModuleDescriptor module;
        try (var in = Files.newInputStream(Path.of(classes).resolve("module-info.class"))) {
            module = ModuleDescriptor.read(in);
        }
        assertThat(module.exports())
                .filteredOn(ModuleDescriptor.Exports::isQualified)
                .allSatisfy(shared -> assertThat(shared.targets()).isEqualTo(Set.of("dev.freshet.netty")))
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder("dev.freshet.concurrent", "dev.freshet.logging");
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .doesNotContain("dev.freshet.topic");
    }
}
