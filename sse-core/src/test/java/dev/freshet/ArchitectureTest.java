package dev.freshet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.freshet",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.WithoutFixtures.class})
class ArchitectureTest {
    static final class WithoutFixtures implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/dev/freshet/fixtures/");
        }
    }

    @ArchTest
    static final ArchRule THE_ARROWS_POINT_FROM_HUB_TO_EVENT = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.freshet..")
            .layer("hub")
            .definedBy("dev.freshet.hub..")
            .layer("log")
            .definedBy("dev.freshet.log..")
            .layer("codec")
            .definedBy("dev.freshet.codec..")
            .layer("store")
            .definedBy("dev.freshet.store..")
            .layer("event")
            .definedBy("dev.freshet.event..")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("hub")
            .mayOnlyAccessLayers("log", "codec", "store", "event")
            .whereLayer("log")
            .mayOnlyAccessLayers("event")
            .whereLayer("codec")
            .mayOnlyAccessLayers("event")
            .whereLayer("store")
            .mayOnlyAccessLayers("event")
            .whereLayer("event")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("dev.freshet.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_TRANSPORT =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");
}
