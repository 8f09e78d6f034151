{
	"patcher": {
		"fileversion": 1,
		"appversion": {
			"major": 8,
			"minor": 5,
			"revision": 0,
			"architecture": "x64",
			"modernui": 1
		},
		"classnamespace": "box",
		"rect": [
			60,
			90,
			900,
			620
		],
		"gridsize": [
			15,
			15
		],
		"openinpresentation": 1,
		"devicewidth": 250,
		"description": "Colla Parte: the accompanist follows what this track plays, and plays its part here",
		"digest": "An accompanist that follows you",
		"tags": "OSC",
		"boxes": [
			{
				"box": {
					"id": "obj-1",
					"maxclass": "comment",
					"text": "For a Max MIDI Effect in Live: copy everything into an empty one. On the soloist's track the notes are told to Colla Parte; on a track of the accompaniment its notes of the chosen channel come out.",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						20,
						8,
						840,
						34
					]
				}
			},
			{
				"box": {
					"id": "obj-2",
					"maxclass": "newobj",
					"text": "midiin",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						"int"
					],
					"patching_rect": [
						20,
						60,
						51.599999999999994,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-3",
					"maxclass": "newobj",
					"text": "midiparse",
					"numinlets": 1,
					"numoutlets": 8,
					"outlettype": [
						"",
						"",
						"",
						"int",
						"int",
						"",
						"int",
						""
					],
					"patching_rect": [
						20,
						100,
						130,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-4",
					"maxclass": "live.text",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": [
						"",
						""
					],
					"parameter_enable": 1,
					"presentation": 1,
					"presentation_rect": [
						10,
						10,
						70,
						20
					],
					"saved_attribute_attributes": {
						"valueof": {
							"parameter_longname": "Soloist",
							"parameter_shortname": "Soloist",
							"parameter_linknames": 1,
							"parameter_enum": [
								"off",
								"on"
							],
							"parameter_mmax": 1,
							"parameter_type": 2,
							"parameter_initial_enable": 1,
							"parameter_initial": [
								0
							]
						}
					},
					"varname": "Soloist",
					"text": "Soloist",
					"texton": "Soloist",
					"mode": 1,
					"patching_rect": [
						200,
						60,
						70,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-5",
					"maxclass": "newobj",
					"text": "gate",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						20,
						150,
						60,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-6",
					"maxclass": "newobj",
					"text": "prepend /onset",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						20,
						180,
						104.39999999999999,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-7",
					"maxclass": "newobj",
					"text": "udpsend 127.0.0.1 7770",
					"numinlets": 1,
					"numoutlets": 0,
					"outlettype": [],
					"patching_rect": [
						20,
						260,
						157.2,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-8",
					"maxclass": "newobj",
					"text": "midiout",
					"numinlets": 1,
					"numoutlets": 0,
					"outlettype": [],
					"patching_rect": [
						700,
						560,
						58.199999999999996,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-9",
					"maxclass": "comment",
					"text": "what the track plays goes on as it is",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						560,
						535,
						220,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-10",
					"maxclass": "message",
					"text": "/start",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						300,
						90,
						51.599999999999994,
						22
					],
					"presentation": 1,
					"presentation_rect": [
						10,
						98,
						45,
						20
					],
					"fontsize": 10
				}
			},
			{
				"box": {
					"id": "obj-11",
					"maxclass": "message",
					"text": "/stop",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						390,
						90,
						45,
						22
					],
					"presentation": 1,
					"presentation_rect": [
						57,
						98,
						45,
						20
					],
					"fontsize": 10
				}
			},
			{
				"box": {
					"id": "obj-12",
					"maxclass": "message",
					"text": "/hold",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						480,
						90,
						45,
						22
					],
					"presentation": 1,
					"presentation_rect": [
						104,
						98,
						45,
						20
					],
					"fontsize": 10
				}
			},
			{
				"box": {
					"id": "obj-13",
					"maxclass": "message",
					"text": "/resume",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						570,
						90,
						58.199999999999996,
						22
					],
					"presentation": 1,
					"presentation_rect": [
						151,
						98,
						45,
						20
					],
					"fontsize": 10
				}
			},
			{
				"box": {
					"id": "obj-14",
					"maxclass": "message",
					"text": "/panic",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						660,
						90,
						51.599999999999994,
						22
					],
					"presentation": 1,
					"presentation_rect": [
						198,
						98,
						45,
						20
					],
					"fontsize": 10
				}
			},
			{
				"box": {
					"id": "obj-15",
					"maxclass": "live.numbox",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": [
						"",
						"float"
					],
					"parameter_enable": 1,
					"presentation": 1,
					"presentation_rect": [
						140,
						40,
						50,
						15
					],
					"saved_attribute_attributes": {
						"valueof": {
							"parameter_longname": "Port",
							"parameter_shortname": "Port",
							"parameter_linknames": 1,
							"parameter_type": 1,
							"parameter_mmin": 7781,
							"parameter_mmax": 7799,
							"parameter_initial_enable": 1,
							"parameter_initial": [
								7781
							],
							"parameter_unitstyle": 0
						}
					},
					"varname": "Port",
					"patching_rect": [
						300,
						180,
						50,
						15
					]
				}
			},
			{
				"box": {
					"id": "obj-16",
					"maxclass": "newobj",
					"text": "t i i",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": [
						"int",
						"int"
					],
					"patching_rect": [
						300,
						210,
						45,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-17",
					"maxclass": "newobj",
					"text": "prepend port",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						400,
						240,
						91.19999999999999,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-18",
					"maxclass": "newobj",
					"text": "udpreceive 7781",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						400,
						280,
						111,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-19",
					"maxclass": "newobj",
					"text": "prepend /subscribe",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						240,
						240,
						130.8,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-20",
					"maxclass": "newobj",
					"text": "int 7781",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						"int"
					],
					"patching_rect": [
						300,
						300,
						64.8,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-21",
					"maxclass": "newobj",
					"text": "live.thisdevice",
					"numinlets": 1,
					"numoutlets": 3,
					"outlettype": [
						"bang",
						"int",
						"int"
					],
					"patching_rect": [
						480,
						180,
						111,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-22",
					"maxclass": "message",
					"text": "1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						480,
						210,
						34,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-23",
					"maxclass": "newobj",
					"text": "metro 20000",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						"bang"
					],
					"patching_rect": [
						480,
						240,
						84.6,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-24",
					"maxclass": "comment",
					"text": "asked anew every 20 s; each device needs a port of its own",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						560,
						240,
						320,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-25",
					"maxclass": "newobj",
					"text": "route /note /position /tempo/now /state",
					"numinlets": 5,
					"numoutlets": 5,
					"outlettype": [
						"",
						"",
						"",
						"",
						""
					],
					"patching_rect": [
						400,
						330,
						330,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-26",
					"maxclass": "live.numbox",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": [
						"",
						"float"
					],
					"parameter_enable": 1,
					"presentation": 1,
					"presentation_rect": [
						140,
						70,
						50,
						15
					],
					"saved_attribute_attributes": {
						"valueof": {
							"parameter_longname": "Channel",
							"parameter_shortname": "Channel",
							"parameter_linknames": 1,
							"parameter_type": 1,
							"parameter_mmin": 0,
							"parameter_mmax": 16,
							"parameter_initial_enable": 1,
							"parameter_initial": [
								0
							],
							"parameter_unitstyle": 0
						}
					},
					"varname": "Channel",
					"patching_rect": [
						200,
						360,
						50,
						15
					]
				}
			},
			{
				"box": {
					"id": "obj-27",
					"maxclass": "message",
					"text": "$2 $3 $1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						400,
						360,
						64.8,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-28",
					"maxclass": "newobj",
					"text": "unpack i i i",
					"numinlets": 1,
					"numoutlets": 3,
					"outlettype": [
						"int",
						"int",
						"int"
					],
					"patching_rect": [
						400,
						390,
						91.19999999999999,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-29",
					"maxclass": "newobj",
					"text": "+ 1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						"int"
					],
					"patching_rect": [
						470,
						415,
						34,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-30",
					"maxclass": "newobj",
					"text": "==",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						"int"
					],
					"patching_rect": [
						470,
						445,
						34,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-31",
					"maxclass": "newobj",
					"text": "pack i i",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						400,
						440,
						64.8,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-32",
					"maxclass": "newobj",
					"text": "gate",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						400,
						480,
						60,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-33",
					"maxclass": "newobj",
					"text": "midiformat",
					"numinlets": 7,
					"numoutlets": 2,
					"outlettype": [
						"int",
						""
					],
					"patching_rect": [
						400,
						550,
						120,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-34",
					"maxclass": "message",
					"text": "set bar $1",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						600,
						360,
						78,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-35",
					"maxclass": "message",
					"text": "bar -",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"presentation": 1,
					"presentation_rect": [
						10,
						130,
						70,
						22
					],
					"patching_rect": [
						600,
						390,
						70,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-36",
					"maxclass": "flonum",
					"numinlets": 1,
					"numoutlets": 2,
					"outlettype": [
						"",
						"bang"
					],
					"parameter_enable": 0,
					"presentation": 1,
					"presentation_rect": [
						90,
						130,
						60,
						22
					],
					"patching_rect": [
						700,
						390,
						58,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-37",
					"maxclass": "newobj",
					"text": "zl.slice 1",
					"numinlets": 2,
					"numoutlets": 2,
					"outlettype": [
						"",
						""
					],
					"patching_rect": [
						780,
						345,
						78,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-38",
					"maxclass": "newobj",
					"text": "prepend set",
					"numinlets": 1,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"patching_rect": [
						780,
						368,
						84.6,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-39",
					"maxclass": "message",
					"text": "waiting",
					"numinlets": 2,
					"numoutlets": 1,
					"outlettype": [
						""
					],
					"presentation": 1,
					"presentation_rect": [
						160,
						130,
						80,
						22
					],
					"patching_rect": [
						780,
						400,
						80,
						22
					]
				}
			},
			{
				"box": {
					"id": "obj-40",
					"maxclass": "comment",
					"text": "tells what this track plays",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						200,
						85,
						160,
						20
					],
					"presentation": 1,
					"presentation_rect": [
						85,
						10,
						160,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-41",
					"maxclass": "comment",
					"text": "its port, one a device",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						300,
						160,
						130,
						20
					],
					"presentation": 1,
					"presentation_rect": [
						10,
						38,
						130,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-42",
					"maxclass": "comment",
					"text": "channel that comes out",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						200,
						340,
						130,
						20
					],
					"presentation": 1,
					"presentation_rect": [
						10,
						68,
						130,
						20
					]
				}
			},
			{
				"box": {
					"id": "obj-43",
					"maxclass": "comment",
					"text": "0: none",
					"numinlets": 1,
					"numoutlets": 0,
					"patching_rect": [
						260,
						358,
						50,
						20
					],
					"presentation": 1,
					"presentation_rect": [
						192,
						68,
						50,
						20
					]
				}
			}
		],
		"lines": [
			{
				"patchline": {
					"source": [
						"obj-2",
						0
					],
					"destination": [
						"obj-3",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-4",
						0
					],
					"destination": [
						"obj-5",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-3",
						0
					],
					"destination": [
						"obj-5",
						1
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-5",
						0
					],
					"destination": [
						"obj-6",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-6",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-2",
						0
					],
					"destination": [
						"obj-8",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-10",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-11",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-12",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-13",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-14",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-15",
						0
					],
					"destination": [
						"obj-16",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-16",
						1
					],
					"destination": [
						"obj-17",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-17",
						0
					],
					"destination": [
						"obj-18",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-16",
						0
					],
					"destination": [
						"obj-20",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-20",
						0
					],
					"destination": [
						"obj-19",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-19",
						0
					],
					"destination": [
						"obj-7",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-21",
						0
					],
					"destination": [
						"obj-22",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-22",
						0
					],
					"destination": [
						"obj-23",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-23",
						0
					],
					"destination": [
						"obj-20",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-18",
						0
					],
					"destination": [
						"obj-25",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-25",
						0
					],
					"destination": [
						"obj-27",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-27",
						0
					],
					"destination": [
						"obj-28",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-28",
						2
					],
					"destination": [
						"obj-29",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-29",
						0
					],
					"destination": [
						"obj-30",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-26",
						0
					],
					"destination": [
						"obj-30",
						1
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-30",
						0
					],
					"destination": [
						"obj-32",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-28",
						1
					],
					"destination": [
						"obj-31",
						1
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-28",
						0
					],
					"destination": [
						"obj-31",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-31",
						0
					],
					"destination": [
						"obj-32",
						1
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-32",
						0
					],
					"destination": [
						"obj-33",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-33",
						0
					],
					"destination": [
						"obj-8",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-25",
						1
					],
					"destination": [
						"obj-34",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-34",
						0
					],
					"destination": [
						"obj-35",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-25",
						2
					],
					"destination": [
						"obj-36",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-25",
						3
					],
					"destination": [
						"obj-37",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-37",
						0
					],
					"destination": [
						"obj-38",
						0
					]
				}
			},
			{
				"patchline": {
					"source": [
						"obj-38",
						0
					],
					"destination": [
						"obj-39",
						0
					]
				}
			}
		]
	}
}
