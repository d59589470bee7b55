package dev.rodingateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The house: which room may know which. */
class LayoutTest {

    private static final String ROOT = "dev.rodingateway";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses SIMULATOR = new ClassFileImporter().importPackages(ROOT + ".simulator");

    @Test
    void everyClassLivesInARoomThatIsKnown() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .as("a new room is a decision: draw it in the README and add its rule here")
                .containsExactlyInAnyOrder(
                        ROOT, room("api"), room("rodin"), room("settings"), room("status"), room("task"));
    }

    @Test
    void taskKnowsNobodyAndNoFramework() {
        classes()
                .that()
                .resideInAPackage(room("task"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(room("task"), "java..", "org.jspecify..")
                .because("the vocabulary must outlive every framework")
                .check(CLASSES);
    }

    @Test
    void settingsKnowNoOtherRoom() {
        mayKnow("settings", List.of());
    }

    @Test
    void rodinKnowsOnlyTheVocabulary() {
        mayKnow("rodin", List.of("task", "settings"));
    }

    @Test
    void statusAsksRodinAndNobodyAsksBack() {
        mayKnow("status", List.of("rodin", "task", "settings"));
    }

    @Test
    void apiAsksStatusAndNeverRodin() {
        mayKnow("api", List.of("status", "task", "settings"));
    }

    @Test
    void simulatorAndGatewayDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage(room("simulator"))
                .and()
                .haveNameNotMatching(".*Test(\\$.*)?")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are the gateway's",
                        other -> other.getPackageName().startsWith(ROOT)
                                && !other.getPackageName().equals(room("simulator"))))
                .because("the simulator is shipped as a jar of its own")
                .check(SIMULATOR);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(room("simulator"))
                .because("production builds are made without it")
                .check(CLASSES);
    }

    @Test
    void rodinHasOneDoor() {
        classes()
                .that()
                .resideInAPackage(room("rodin"))
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("RodinClient")
                .and()
                .doNotHaveSimpleName("Purpose")
                .and()
                .doNotHaveSimpleName("Checked")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .notBePublic()
                .because("Rodin's words and the token must not leave the room")
                .check(CLASSES);
    }

    @Test
    void onlyTheFilterReadsTheToken() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "..")
                .and()
                .haveSimpleNameNotContaining("BearerToken")
                .should()
                .callMethod(ROOT + ".rodin.BearerToken", "authorization")
                .orShould()
                .callMethod(ROOT + ".rodin.BearerToken", "value")
                .because("whoever does not hold the token cannot lose it")
                .check(CLASSES);
    }

    @Test
    void nobodyPrintsExceptAtTheDoors() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what is worth telling goes through the log")
                .check(CLASSES);
    }

    private static void mayKnow(String room, List<String> others) {
        String[] allowed = others.stream().map(LayoutTest::room).toArray(String[]::new);
        DescribedPredicate<JavaClass> forbidden = DescribedPredicate.describe(
                "live in a room of ours other than " + room + " and " + others,
                other -> other.getPackageName().startsWith(ROOT)
                        && !other.getPackageName().equals(room(room))
                        && !Arrays.asList(allowed).contains(other.getPackageName()));
        noClasses()
                .that()
                .resideInAPackage(room(room))
                .should()
                .dependOnClassesThat(forbidden)
                .because("imports go one way: api, status, rodin; all may use task and settings")
                .check(CLASSES);
    }

    private static String room(String name) {
        return ROOT + "." + name;
    }
}
