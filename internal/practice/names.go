package practice

import "strings"

// givenNames are first names as they are common where a language is spoken.
func givenNames(lang string) []string {
	if lang == "de" {
		return strings.Fields("Anna Lukas Marie Felix Johanna Elias Clara Maximilian Sophie Noah Lea Ben Charlotte Moritz Greta Till Nele " +
			"Hannes Carla Benedikt Paula Simon Ronja Matteo Aylin Emre Yusuf Zeynep Milan Katharina Stefan Birgit Holger Ute Wolfgang " +
			"Sabine Jürgen Petra Thomas Monika Andreas Heike Ralf Claudia Uwe Anja Björn Silke Sven Kerstin Jannik Merle Henning Wiebke " +
			"Xaver Theresa Korbinian Magdalena Urs Regula Beat Lena Tim Amelie Rosa Kaspar Jule Mira Arda Samira")
	}
	return strings.Fields("Olivia George Amelia Harry Isla Jack Ava Oliver Freya Arthur Lily Alfie Ella Leo Florence Archie Daisy Henry " +
		"Maeve Cian Aoife Declan Róisín Seamus Harper Mason Avery Logan Chloe Ethan Abigail Caleb Hannah Wyatt Zoe Julian Nora Elijah " +
		"Stella Gabriel Margaret Keith Susan Trevor Linda Barry Deborah Nigel Carol Graham Imani Tyrone Aisha Omar Mei Kenji Ananya Rohan " +
		"Fatima Dev Lucia Mateo Hazel Miles June Otis")
}

// familyNames likewise.
func familyNames(lang string) []string {
	if lang == "de" {
		return strings.Fields("Ahrens Bauer Becker Brandt Dietrich Ebert Engel Fiedler Fischer Franke Frey Fuchs Gerlach Graf Günther Haas Hansen " +
			"Hartmann Heinze Herzog Hofer Horn Jansen Kaiser Kaya Keller Klein Koch Krämer Kuhn Lang Lehmann Lorenz Ludwig Maier Marx Meier " +
			"Möller Nowak Otto Peters Pohl Reuter Richter Roth Sauer Schäfer Scholz Schubert Seidel Simon Sommer Stein Thiel Vogel Voigt " +
			"Wagner Weiß Winkler Wirth Wolf Yılmaz Ziegler Zimmermann")
	}
	return strings.Fields("Abbott Barnes Bennett Brennan Brooks Byrne Carter Chapman Clarke Coleman Cooper Dalton Doyle Edwards Ellis Fletcher Flynn " +
		"Foster Gallagher Gibson Graham Griffin Harding Hayes Hughes Iyer Jenkins Kapoor Kelly Knight Lawson Marsh Mitchell Morgan Murphy " +
		"Nakamura Nolan Okafor Palmer Parker Patel Pearce Price Quinn Reid Reynolds Rhodes Russell Sharma Sinclair Spencer Sutton Thorne " +
		"Turner Vance Walsh Ward Watts Webb Whelan Wright Young")
}
