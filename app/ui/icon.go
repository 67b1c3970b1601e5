package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Icon names a drawing on a grid of 24 by 24, in lines of the text's color.
// Icons are ornament: the words beside them, or the label of their button, say
// what they mean.
type Icon string

// The icons, as SVG path data.
const (
	IconBack     Icon = "M15 5l-7 7 7 7"
	IconSettings Icon = "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"
	IconLock     Icon = "M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v1.5"
	IconLeave    Icon = "M14 4.5H7a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 7 19.5h7M11 12h9.5M17 8.5l3.5 3.5L17 15.5"
	IconSend     Icon = "M12 19V5.5M6 11l6-6 6 6"
	IconDown     Icon = "M12 5v13M6 12.5l6 6 6-6"
	IconTime     Icon = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2"
	IconSignal   Icon = "M4 10.5c4.6-4.3 11.4-4.3 16 0M7 14c2.9-2.7 7.1-2.7 10 0M12 18.5v.01"
	IconPage     Icon = "M5 19.5l1-4.5L16.5 4.5l3 3L9 18zM14 7l3 3"
	IconList     Icon = "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"
	IconInfo     Icon = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.75v.01"
	IconHelp     Icon = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.5 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M12 16.6v.01"
	IconUp       Icon = "M12 18V6M6.5 11.5L12 6l5.5 5.5"
	IconRemove   Icon = "M6.5 6.5l11 11M17.5 6.5l-11 11"
	IconPrint    Icon = "M7 8.5v-5h10v5M7 17.5H4.5v-9h15v9H17M7 14h10v6.5H7z"
	IconTick     Icon = "M5 12.5l4.5 4.5L19 7.5"
	IconEye      Icon = "M3 12c4.5-7.3 13.5-7.3 18 0-4.5 7.3-13.5 7.3-18 0zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z"
	IconInvite   Icon = "M10 14a4 4 0 0 0 6 .4l2.6-2.6a4.1 4.1 0 0 0-5.8-5.8L11.4 7.4M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4.1 4.1 0 0 0 5.8 5.8l1.4-1.4"
)

// Draw returns the icon at the size of the text around it.
func (i Icon) Draw() app.UI {
	return svg("svg").
		Class("icon").
		Attr("viewBox", "0 0 24 24").
		Role("presentation").
		Body(svg("path").Attr("d", string(i)))
}

func svg(tag string) app.HTMLElem {
	return app.Elem(tag).XMLNS("http://www.w3.org/2000/svg")
}
