package dev.freshet.netty;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

@AnalyzeClasses(packages = "dev.freshet.netty", importOptions = CatchesTest.DoNotIncludeTestJars.class)
class CatchesTest {
    /** Nor those in a jar. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !location.contains("-tests.jar");
        }
    }

    private static final Set<String> SOME = Set.of("java.lang.Exception", "java.lang.RuntimeException");

    /** But for what Netty's own conversion of a request throws, which is its verdict on the request. */
    @ArchTest
    static final ArchRule WHOEVER_CATCHES_WHAT_CODE_OF_OTHERS_THROWS_CATCHES_ALL = codeUnits()
            .that()
            .areDeclaredInClassesThat()
            .doNotHaveFullyQualifiedName(Http2RequestCodec.class.getName())
            .should(new ArchCondition<>("catch all, for a checked exception may be undeclared") {
                @Override
                public void check(JavaCodeUnit code, ConditionEvents events) {
                    code.getTryCatchBlocks().forEach(block -> {
                        Set<JavaClass> caught = block.getCaughtThrowables();
                        if (caught.stream().anyMatch(type -> SOME.contains(type.getName()))) {
                            events.add(SimpleConditionEvent.violated(
                                    block, code.getFullName() + " " + block.getSourceCodeLocation()));
                        }
                    });
                }
            });
}
