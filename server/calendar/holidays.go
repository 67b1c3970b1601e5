package calendar

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/us"

	"pleiades/shared/availability"
)

// holidays returns the holidays of a calendar. Most are the module's own; what
// it does not know, or no longer knows right, is in this file.
//
// Canada's are those of the federal public service. In Spain and Ireland a
// holiday on a weekend is not made up for on one day everywhere. Days that are
// holidays for some hours only, such as Christmas Eve in Queensland, count as
// ordinary days.
func holidays(c availability.Calendar) []*cal.Holiday {
	switch c {
	case availability.CalendarAU:
		return []*cal.Holiday{
			au.NewYear, au.AustraliaDay, au.GoodFriday, au.EasterMonday, au.AnzacDay, au.ChristmasDay, au.BoxingDay,
		}
	case "AU-ACT":
		return crowned(au.HolidaysACT, au.QueensBirthday)
	case "AU-NSW":
		return append(crowned(au.HolidaysNSW, au.QueensBirthday),
			dated("ANZAC Day", map[int]availability.Date{2026: "2026-04-27", 2027: "2027-04-26"})) // these two years only
	case "AU-NT":
		return crowned(au.HolidaysNT, au.QueensBirthday)
	case "AU-QLD":
		return crowned(au.HolidaysQLD, au.QueensBirthdayQld)
	case "AU-SA":
		return crowned(au.HolidaysSA, au.QueensBirthday)
	case "AU-TAS":
		return crowned(au.HolidaysTAS, au.QueensBirthday)
	case "AU-VIC":
		return crowned(au.HolidaysVIC, au.QueensBirthday)
	case "AU-WA":
		return crowned(au.HolidaysWA, au.QueensBirthdayWa)
	case availability.CalendarCA:
		return ca.Holidays
	case availability.CalendarDE:
		return de.Holidays
	case "DE-BW":
		return de.HolidaysBW
	case "DE-BY": // where Catholics are the majority, which is nearly everywhere
		return with(de.HolidaysBY, de.MariaHimmelfahrt)
	case "DE-BE":
		return de.HolidaysBE
	case "DE-BB":
		return de.HolidaysBB
	case "DE-HB":
		return de.HolidaysHB
	case "DE-HH":
		return de.HolidaysHH
	case "DE-HE":
		return de.HolidaysHE
	case "DE-MV":
		return with(de.HolidaysMV, de.Frauentag.Clone(&cal.Holiday{StartYear: 2023}))
	case "DE-NI":
		return de.HolidaysNI
	case "DE-NW":
		return de.HolidaysNW
	case "DE-RP":
		return de.HolidaysRP
	case "DE-SL":
		return de.HolidaysSL
	case "DE-SN":
		return de.HolidaysSN
	case "DE-ST":
		return de.HolidaysST
	case "DE-SH":
		return de.HolidaysSH
	case "DE-TH":
		return de.HolidaysTH
	case availability.CalendarES:
		return es.Holidays
	case availability.CalendarGB:
		return gb.Holidays
	case "GB-NIR":
		return northernIreland()
	case "GB-SCT":
		return scotland()
	case availability.CalendarIE:
		return ie.Holidays
	case availability.CalendarIN:
		return india()
	case availability.CalendarMX:
		return mexico()
	case availability.CalendarNZ:
		return append(crowned(nz.Holidays, nz.QueensBirthday), dated("Matariki", matariki()))
	case availability.CalendarUS:
		return us.Holidays
	default:
		return nil
	}
}

// with returns the holidays with more of them.
func with(holidays []*cal.Holiday, more ...*cal.Holiday) []*cal.Holiday {
	return append(slices.Clone(holidays), more...)
}

// crowned returns the holidays with the Queen's Birthday among them renamed.
func crowned(holidays []*cal.Holiday, queens *cal.Holiday) []*cal.Holiday {
	holidays = slices.Clone(holidays)
	holidays[slices.Index(holidays, queens)] = queens.Clone(&cal.Holiday{Name: "King's Birthday"})
	return holidays
}

// fixed is a holiday on the same date each year.
func fixed(name string, month time.Month, day int, observed ...cal.AltDay) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Day: day, Observed: observed, Func: cal.CalcDayOfMonth}
}

// monday is a holiday on the nth Monday of a month.
func monday(name string, month time.Month, n int) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Weekday: time.Monday, Offset: n, Func: cal.CalcWeekdayOffset}
}

// dated is a holiday on the given days, and in no other year.
func dated(name string, days map[int]availability.Date) *cal.Holiday {
	return &cal.Holiday{Name: name, Func: func(_ *cal.Holiday, year int) time.Time {
		day, _ := time.Parse(time.DateOnly, string(days[year])) // none: the zero time, which is no holiday
		return day
	}}
}

// Bank holidays of Scotland and Northern Ireland: gov.uk/bank-holidays and the
// first schedule of the Banking and Financial Dealings Act 1971.

func scotland() []*cal.Holiday {
	secondOfJanuary := fixed("2nd January", time.January, 2,
		cal.AltDay{Day: time.Saturday, Offset: 2}, cal.AltDay{Day: time.Sunday, Offset: 2}, cal.AltDay{Day: time.Monday, Offset: 1})
	kept := slices.DeleteFunc(slices.Clone(gb.Holidays), func(h *cal.Holiday) bool {
		return h == gb.EasterMonday || h == gb.SummerHoliday
	})
	return append(kept, secondOfJanuary, gb.SummerHolidayScotland, fixed("St Andrew's Day", time.November, 30, toMonday()...))
}

func northernIreland() []*cal.Holiday {
	return with(gb.Holidays,
		fixed("St Patrick's Day", time.March, 17, toMonday()...),
		fixed("Battle of the Boyne", time.July, 12, toMonday()...))
}

// toMonday makes up for a weekend on the Monday after it.
func toMonday() []cal.AltDay {
	return []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1}}
}

// mexico returns the days of rest of the Ley Federal del Trabajo, article 74,
// without election days.
func mexico() []*cal.Holiday {
	return []*cal.Holiday{
		fixed("Año Nuevo", time.January, 1),
		monday("Día de la Constitución", time.February, 1),
		monday("Natalicio de Benito Juárez", time.March, 3),
		fixed("Día del Trabajo", time.May, 1),
		fixed("Día de la Independencia", time.September, 16),
		dated("Transmisión del Poder Ejecutivo Federal", map[int]availability.Date{
			2024: "2024-10-01", 2030: "2030-10-01", 2036: "2036-10-01",
		}),
		monday("Día de la Revolución", time.November, 3),
		fixed("Navidad", time.December, 25),
	}
}

// india returns the holidays that offices of the central government keep in
// all of India. Those of 2026 are as set by the Department of Personnel and
// Training (office memorandum of 3 July 2025). After that, those that almanacs
// reckon are from the tables of github.com/vacanza/holidays; those that follow
// the sighting of the moon are missing until they are set. How far they reach is
// in availability.Calendar.KnownTo.
func india() []*cal.Holiday {
	return []*cal.Holiday{
		fixed("Republic Day", time.January, 26),
		dated("Id-ul-Fitr", map[int]availability.Date{2026: "2026-03-21"}),
		dated("Mahavir Jayanti", map[int]availability.Date{2026: "2026-03-31", 2027: "2027-04-18", 2028: "2028-04-07", 2029: "2029-04-26"}),
		aa.GoodFriday,
		dated("Buddha Purnima", map[int]availability.Date{2026: "2026-05-01", 2027: "2027-05-20", 2028: "2028-05-08", 2029: "2029-05-27"}),
		dated("Id-ul-Zuha", map[int]availability.Date{2026: "2026-05-27"}),
		dated("Muharram", map[int]availability.Date{2026: "2026-06-26"}),
		fixed("Independence Day", time.August, 15),
		dated("Milad-un-Nabi", map[int]availability.Date{2026: "2026-08-26"}),
		fixed("Gandhi Jayanti", time.October, 2),
		dated("Dussehra", map[int]availability.Date{2026: "2026-10-20", 2027: "2027-10-09", 2028: "2028-09-27", 2029: "2029-10-16"}),
		dated("Diwali", map[int]availability.Date{2026: "2026-11-08", 2027: "2027-10-29", 2028: "2028-10-17", 2029: "2029-11-05"}),
		dated("Guru Nanak's Birthday", map[int]availability.Date{2026: "2026-11-24", 2027: "2027-11-14", 2028: "2028-11-02", 2029: "2029-11-21"}),
		aa.ChristmasDay,
	}
}

// matariki returns the days of Te Kāhui o Matariki Public Holiday Act 2022,
// schedule 1, which go on to 2052 there.
func matariki() map[int]availability.Date {
	return map[int]availability.Date{
		2022: "2022-06-24", 2023: "2023-07-14", 2024: "2024-06-28", 2025: "2025-06-20", 2026: "2026-07-10",
		2027: "2027-06-25", 2028: "2028-07-14", 2029: "2029-07-06", 2030: "2030-06-21", 2031: "2031-07-11",
		2032: "2032-07-02", 2033: "2033-06-24", 2034: "2034-07-07", 2035: "2035-06-29", 2036: "2036-07-18",
	}
}
